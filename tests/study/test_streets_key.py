"""Streets from the cache: modes, bounds, settings and every byte are in their key, and what changed while it was read is not kept."""

from __future__ import annotations

import yaml

import coverplan
from coverplan.cache import study_cache
from coverplan.errors import Problems
from coverplan.study import streets
from coverplan.study.kept_streets import cached_network
from makers import toyfiles
from towns import toytown


def test_what_changed_while_it_was_read_is_not_kept():
    cache, key = study_cache(), "0" * 64
    assert (
        cached_network(cache, key, lambda _: toytown.network(), Problems(), unchanged=lambda: False)
        is not None
    )
    assert cache.load(key) is None
    cached_network(cache, key, lambda _: toytown.network(), Problems())
    assert cache.load(key) is not None


def test_modes_and_settings_are_in_the_key(tmp_path, monkeypatch):
    keys = []
    real = streets.cached_network

    def noting(cache, key, *rest, **more):
        keys.append(key)
        return real(cache, key, *rest, **more)

    monkeypatch.setattr(streets, "cached_network", noting)
    path = toyfiles.write_town(tmp_path)
    coverplan.run(path, write=False)
    coverplan.run(path, write=False)
    assert keys[0] == keys[1]
    scenario = yaml.safe_load(path.read_text("utf-8"))
    scenario["standards"][0] |= {"profile": "drive"}
    toyfiles.write_yaml(path, scenario)
    coverplan.run(path, write=False)
    scenario["standards"][0] |= {"profile": "general", "minutes": 90}
    toyfiles.write_yaml(path, scenario)
    coverplan.run(path, write=False)
    study = yaml.safe_load((tmp_path / "study.yaml").read_text("utf-8"))
    toyfiles.write_yaml(
        tmp_path / "study.yaml", {**study, "streets": {"file": "streets.graphml", "join_gaps": True}}
    )
    coverplan.run(path, write=False)
    assert len(set(keys)) == 4
