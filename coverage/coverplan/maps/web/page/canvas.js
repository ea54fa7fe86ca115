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

function lay(context, picture) {
  context.save();
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.drawImage(picture, 0, 0);
  context.restore();
}

// `places` gives the places of what is shown now; each of `parts` takes a pen: what lies `under`, `between` and `over`.
// Where only what lies between has changed, the two others are laid down as pictures of how they were drawn.
export const StudyCanvas = L.Layer.extend({
  initialize: function (places, parts) {
    this._places = places;
    this._parts = parts;
    this._pictures = null;
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
    this._pictures = null;
    const pen = this._cleared();
    if (pen) for (const part of ["under", "between", "over"]) this._parts[part](pen);
  },
  // Draws anew what lies between; nothing else may have changed since the last `redraw`.
  redrawBetween: function () {
    let pen = this._cleared();
    if (!pen) return;
    if (!this._pictures || this._pictures.view !== this._view) {
      this._pictures = { view: this._view, under: this._pictured("under"), over: this._pictured("over") };
      pen = this._cleared();
    }
    lay(pen.context, this._pictures.under);
    this._parts.between(pen);
    lay(pen.context, this._pictures.over);
  },
  // A pen for the empty canvas, laid over what the map shows now.
  _cleared: function () {
    const map = this._map;
    if (!map) return null;
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
    const world = map.getPixelBounds().min.subtract(margin);
    this._view = [world.x, world.y, size.x, size.y, map.getZoom(), ratio].join();
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    return this._places().pen(context, world, size, map.getZoom());
  },
  // Drawn on the canvas itself first: names have other letters on one that stands outside of the page.
  _pictured: function (part) {
    this._parts[part](this._cleared());
    const picture = document.createElement("canvas");
    picture.width = this._canvas.width;
    picture.height = this._canvas.height;
    picture.getContext("2d").drawImage(this._canvas, 0, 0);
    return picture;
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
