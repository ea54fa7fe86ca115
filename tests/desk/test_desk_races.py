"""Answers that come late, in another order, or from another tab: the page holds what was chosen last, and loses no step.

The page's own calls wait until the test lets each one through, so that every order is made and none is hoped for.
"""

from __future__ import annotations

import pytest

from desk.browsing import fresh_idea, wait_for
from desk.desktown import degrees
from makers.chromium import BROWSER

pytestmark = BROWSER

#: Holds answers back. `let_go(what)` waits for a call whose address or body has `what` in it, and lets its answer through.
GATE = """
    const real = window.realFetch = window.realFetch || window.fetch;
    const held = window.held = [];
    let heard = () => {};
    window.fetch = (address, options) => real(address, options).then(answer => new Promise(done => {
        held.push({ what: (options.method || 'GET') + ' ' + address + ' ' + (options.body || ''), done: () => done(answer) });
        heard();
    }));
    window.let_go = async what => {
        for (;;) {
            const at = held.findIndex(one => one.what.includes(what));
            if (at >= 0) {
                held.splice(at, 1)[0].done();
                for (let i = 0; i < 20; i += 1) await new Promise(done => setTimeout(done, 0));
                return;
            }
            await new Promise(done => { heard = done; });
        }
    };
    window.open_gate = () => { window.fetch = real; for (const one of held.splice(0)) one.done(); };
    window.until = async test => { while (!test()) await new Promise(done => setTimeout(done, 5)); };
    window.settled = async () => (await import('./state.js')).inTurn(coverplanDesk, () => true);
    window.choose = (id, value) => {
        const list = document.getElementById(id);
        list.value = value;
        list.dispatchEvent(new Event('change'));
    };
    window.ask = (method, path, body) => real('/api/v1' + path, { method, headers: { 'content-type': 'application/json' },
        body: body && JSON.stringify(body) }).then(answer => answer.json());
"""


@pytest.fixture
def gated(page, request):
    """The page on an idea of its own, with every call held back; `say` runs JavaScript that may wait."""
    name = request.node.name  # of its own: an idea of the same name is open already
    fresh_idea(page, name)
    wait_for(lambda: page.execute_script("return !coverplanDesk.busy && coverplanDesk.card.name") == name)

    def say(script: str, *given: object):
        body = f"""const done = arguments[arguments.length - 1], desk = coverplanDesk, given = arguments;
            (async () => {{ {script} }})().then(done, error => done('failed: ' + error + error.stack))"""
        return page.execute_async_script(body, *given)

    page.execute_script(GATE)
    say.page = page
    yield say
    page.execute_script("window.open_gate()")
    # the browser itself notes every call that is refused
    refused = [entry["message"] for entry in page.get_log("browser") if entry["level"] == "SEVERE"]
    assert [one for one in refused if "status of 409" not in one and "status of 404" not in one] == []


def two_more(say) -> list[int]:
    """Two further ideas, in the list of the page."""
    made = """const made = [];
        for (const name of ['second', 'third']) made.push((await ask('POST', '/ideas', { name })).id);
        window.fetch = realFetch;
        const { listIdeas } = await import('./state.js');
        await listIdeas(desk);
        return made;"""
    found = say(made)
    say.page.execute_script(GATE)
    return found


def test_of_two_ideas_chosen_quickly_the_last_one_stays(gated) -> None:
    second, third = two_more(gated)
    told = gated(
        """choose('idea', String(given[0])); choose('idea', String(given[1]));
        await let_go('/ideas/' + given[1] + '?'); await let_go('/ideas/' + given[0] + '?');
        return [desk.card.id, document.getElementById('idea').value];""",
        second,
        third,
    )
    assert told == [third, str(third)]


def test_a_step_answered_after_another_idea_was_opened_stays_with_its_own(gated) -> None:
    other, _ = two_more(gated)
    told = gated(
        """const first = desk.card.id;
        desk.place({ kind: 'open', offer: desk.offer });
        desk.placed(L.latLng(given[2], given[1]));
        document.getElementById('back').disabled = false; document.getElementById('back').click();
        choose('idea', String(given[0]));
        await let_go('/ideas/' + given[0] + '?'); await let_go('"add"'); await let_go('"back"');
        await settled();
        const mine = await ask('GET', '/ideas/' + first), others = await ask('GET', '/ideas/' + given[0]);
        return [desk.card.id, desk.numbers.changes.length, mine.card.revision, mine.card.changes, others.card.revision];""",
        other,
        *degrees(4, 4).values(),
    )
    assert told == [other, 0, 2, 0, 0]


def test_two_places_clicked_before_an_answer_are_two_changes(gated) -> None:
    told = gated(
        """desk.place({ kind: 'open', offer: desk.offer });
        desk.placed(L.latLng(given[1], given[0])); desk.placed(L.latLng(given[3], given[2]));
        open_gate(); await settled(); desk.place(null);
        return [desk.notice, new Set(desk.numbers.changes.map(one => one.open.id)).size];""",
        *degrees(4, 4).values(),
        *degrees(3, 1).values(),
    )
    assert told == [None, 2]


def test_clicking_twice_on_remove_takes_one_change(gated) -> None:
    told = gated(
        """open_gate();
        desk.place({ kind: 'open', offer: desk.offer });
        desk.placed(L.latLng(given[1], given[0])); desk.placed(L.latLng(given[3], given[2])); desk.place(null);
        await settled();
        const kept = desk.numbers.changes[1].open.id;
        const remove = document.querySelector('#try ol.changes li button:last-child');
        remove.click(); remove.click();
        await settled();
        return [kept, desk.numbers.changes.map(one => one.open.id)];""",
        *degrees(4, 4).values(),
        *degrees(3, 1).values(),
    )
    assert told[1] == [told[0]]


def test_a_standard_chosen_while_a_step_is_on_its_way_has_its_own_cells(gated) -> None:
    told = gated(
        """desk.place({ kind: 'open', offer: desk.offer });
        desk.placed(L.latLng(given[1], given[0])); desk.place(null);
        await until(() => desk.busy);
        choose('standard', 'round');
        await let_go('GET /api/v1/ideas/' + desk.card.id + '?'); await let_go('"add"');
        open_gate();
        await until(() => desk.shownStandard().cells !== null);
        const asked = await ask('GET', '/ideas/' + desk.card.id + '?show=round');
        const same = asked.numbers.standards.find(one => one.key === 'round').cells === desk.shownStandard().cells;
        return [desk.standard, desk.numbers.changes.length, same];""",
        *degrees(4, 4).values(),
    )
    assert told == ["round", 1, True]


def test_of_two_languages_the_last_one_stays_also_for_a_step_on_its_way(gated) -> None:
    told = gated(
        """const was = desk.language, other = was === 'zh' ? 'en' : 'zh';
        desk.place({ kind: 'open', offer: desk.offer });
        desk.placed(L.latLng(70, 10)); desk.place(null);
        await until(() => desk.busy);
        document.getElementById('language').click();
        await let_go('study?lang=' + other); await let_go('map?lang=' + other);
        await let_go('/ideas/' + desk.card.id + '?'); await let_go('"add"');
        open_gate();
        await settled();
        const asked = await ask('GET', '/ideas/' + desk.card.id + '?lang=' + other);
        await until(() => JSON.stringify(desk.numbers.remarks) === JSON.stringify(asked.numbers.remarks));
        return [desk.language === other, asked.numbers.remarks.length > 0, document.documentElement.lang.slice(0, 2) === other];"""
    )
    assert told == [True, True, True]


def test_what_somebody_else_did_meanwhile_is_not_taken_back(gated) -> None:
    told = gated(
        """const idea = desk.card.id, place = { layer: 'elder_care', id: 'theirs', x: given[0], y: given[1], offers: { type: 'day_care' } };
        await ask('POST', '/ideas/' + idea + '/edits', { revision: desk.card.revision, add: { open: place } });
        open_gate();
        const { step } = await import('./state.js');
        step(desk, { year: 2026 }); await step(desk, { go: 'back' });
        return [desk.notice === desk.words('behind'), desk.numbers.changes.map(one => one.open.id), desk.card.revision, desk.numbers.year];""",
        *degrees(4, 4).values(),
    )
    assert told == [True, ["theirs"], 1, 2025]


def test_an_idea_that_somebody_deleted_makes_room_for_another(gated) -> None:
    told = gated(
        """const idea = desk.card.id;
        open_gate();
        await ask('POST', '/ideas/' + idea + '/removal', { revision: desk.card.revision });
        const { step } = await import('./state.js');
        await step(desk, { year: 2026 });
        return [desk.notice === desk.words('idea_gone'), desk.card.id !== idea, desk.numbers.year];"""
    )
    assert told == [True, True, 2025]


def test_a_page_of_an_older_reading_of_the_study_is_loaded_again(gated) -> None:
    page = gated.page
    page.execute_script("open_gate(); coverplanDesk.study.read = 'older'; window.older = true;")
    page.execute_script("import('./state.js').then(state => state.refresh(coverplanDesk))")
    wait_for(lambda: page.execute_script("return !window.older && document.body.classList.contains('ready')"))
    page.execute_script(GATE)
