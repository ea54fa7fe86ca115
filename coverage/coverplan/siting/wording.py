"""Plain sentences about an answer, as text keys with values; the words stand here once for each language."""

from __future__ import annotations

from coverplan.siting.solution import Message, SolveStatus, Stage

SENTENCES: dict[str, dict[str, str]] = {
    "en": {
        "siting.optimal": "Proven best: no other choice of sites reaches more than {objective} here.",
        "siting.optimal_least": "Proven best: no other choice of sites gets by with less than {objective} here.",
        "siting.gap": "This answer reaches {objective}; no choice of sites can reach more than {bound}, "
        "so at most {gap_percent} % is left to gain.",
        "siting.gap_least": "This answer needs {objective}; no choice of sites can need less than {bound}, "
        "so at most {gap_percent} % is left to save.",
        "siting.no_bound": "This answer reaches {objective}; the search was stopped before anything was proven.",
        "siting.infeasible": "Proven: no choice of sites keeps to all limits at once.",
        "siting.unknown": "The search was stopped before it found an answer or a proof that there is none.",
        "siting.already_met": "The target is already met with what stands; nothing needs to be opened.",
    },
    "zh": {
        "siting.optimal": "已证明最优:没有任何其他选址方案能超过 {objective}。",
        "siting.optimal_least": "已证明最优:没有任何其他选址方案能少于 {objective}。",
        "siting.gap": "本方案达到 {objective};任何选址方案都不可能超过 {bound},最多还能提高 {gap_percent}%。",
        "siting.gap_least": "本方案需要 {objective};任何选址方案都不可能少于 {bound},最多还能节省 {gap_percent}%。",
        "siting.no_bound": "本方案达到 {objective};计算提前停止,尚未得出任何证明。",
        "siting.infeasible": "已证明:没有任何选址方案能同时满足全部约束。",
        "siting.unknown": "计算提前停止,既没有找到可行方案,也没有证明无解。",
        "siting.already_met": "现有设施已达到目标,无需新增。",
    },
}


def sentence(message: Message, language: str) -> str:
    """Message in one language (``zh`` or ``en``)."""
    return SENTENCES[language][message.key].format(**message.values)


def describe(status: SolveStatus, stage: Stage) -> Message:
    """Sentence about the first objective of an answer."""
    if status in {"infeasible", "unknown"}:
        return Message(f"siting.{status}", {})
    least = "_least" if stage.sense == "min" else ""
    assert stage.objective is not None
    values: dict[str, str | int | float] = {"objective": _shown(stage.objective)}
    if status == "optimal":
        return Message(f"siting.optimal{least}", values)
    if stage.bound is None or stage.gap is None:
        return Message("siting.no_bound", values)
    # a gap is rounded up, so that the sentence never promises more than is proven
    values |= {"bound": _shown(stage.bound), "gap_percent": f"{_up(100 * stage.gap):.2f}"}
    return Message(f"siting.gap{least}", values)


def _up(percent: float) -> float:
    return percent if percent == float("inf") else -(-round(percent * 1e4) // 100) / 100


def _shown(value: float) -> str:
    return (
        f"{value:,.0f}"
        if value == round(value)
        else f"{value:,.4g}"
        if abs(value) < 1000
        else f"{value:,.1f}"
    )
