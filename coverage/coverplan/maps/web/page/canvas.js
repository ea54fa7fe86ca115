// One canvas over the map: everything of the study is drawn on it, however much that is.

const HALF_WORLD_M = 20037508.342789244;
const PADDING = 0.15;

export function Places(content) {
  const projection = L.CRS.EPSG3857.projection;
  return {
    latLng: function (x, y) {
      return projection.unproject(
        L.point(content.origin[0] + x * content.step, content.origin[1] + y * content.step)
      );
    },
    steps: function (latLng) {
      const point = projection.project(latLng);
      return [(point.x - content.origin[0]) / content.step, (point.y - content.origin[1]) / content.step];
    },
    // Steps to pixels of a canvas whose corner is the given pixel of the world at a zoom.
    pen: function (context, corner, size, zoom) {
      const scale = (256 * Math.pow(2, zoom)) / (2 * HALF_WORLD_M);
      const k = content.step * scale;
      const left = (content.origin[0] + HALF_WORLD_M) * scale - corner.x;
      const top = (HALF_WORLD_M - content.origin[1]) * scale - corner.y;
      return {
        context: context,
        zoom: zoom,
        k: k,
        x: function (x) { return left + x * k; },
        y: function (y) { return top - y * k; },
        box: [-left / k, (top - size.y) / k, (size.x - left) / k, top / k],
      };
    },
  };
}

export function outOfView(pen, box) {
  return box[2] < pen.box[0] || box[0] > pen.box[2] || box[3] < pen.box[1] || box[1] > pen.box[3];
}

// `places` gives the places of what is shown now, `draw` takes a pen.
export const StudyCanvas = L.Layer.extend({
  initialize: function (places, draw) {
    this._places = places;
    this._draw = draw;
  },
  onAdd: function (map) {
    this._canvas = L.DomUtil.create("canvas", "leaflet-zoom-animated", this.getPane());
    map.on("moveend resize", this.redraw, this);
    if (map.options.zoomAnimation) map.on("zoomanim", this._follow, this);
    this.redraw();
  },
  onRemove: function (map) {
    map.off("moveend resize", this.redraw, this);
    map.off("zoomanim", this._follow, this);
    this._canvas.remove();
  },
  redraw: function () {
    const map = this._map;
    if (!map) return;
    const shown = map.getSize();
    const margin = shown.multiplyBy(PADDING).round();
    const size = shown.add(margin.multiplyBy(2));
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    const corner = map.containerPointToLayerPoint(L.point(0, 0)).subtract(margin);
    this._corner = map.layerPointToLatLng(corner);
    L.DomUtil.setPosition(this._canvas, corner);
    const context = this._canvas.getContext("2d");
    if (context.reset && this._size && this._size.equals(size) && this._ratio === ratio) context.reset();
    else this._resize(size, ratio);
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const world = map.getPixelBounds().min.subtract(margin);
    this._draw(this._places().pen(context, world, size, map.getZoom()));
  },
  _resize: function (size, ratio) {
    this._size = size;
    this._ratio = ratio;
    this._canvas.width = size.x * ratio;
    this._canvas.height = size.y * ratio;
    this._canvas.style.width = size.x + "px";
    this._canvas.style.height = size.y + "px";
  },
  // During the animation of a zoom the drawing is stretched; it is drawn anew when the map stands still.
  _follow: function (event) {
    const scale = this._map.getZoomScale(event.zoom);
    const corner = this._map._latLngToNewLayerPoint(this._corner, event.zoom, event.center);
    L.DomUtil.setTransform(this._canvas, corner, scale);
  },
});
