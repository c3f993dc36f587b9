"""Looking over a programme that is valid, for what its owner would regret: cost, reach, dead rules, too many words."""

from collections.abc import Callable, Iterator, Sequence

from bot.loyalty.linting import rules as lint_rules
from bot.loyalty.linting.findings import Finding, Terms, path_of, warning
from bot.loyalty.linting.money import costs
from bot.loyalty.linting.reach import reach
from bot.loyalty.linting.words import words
from bot.loyalty.programme import Programme

Sentences = Sequence[tuple[str, str]]
"""How rules explain themselves: the rule, ``rewards.tea``, and its sentence; in one or several languages."""
_CHECKS: tuple[Callable[[Programme, Terms], Iterator[Finding]], ...] = (
    costs,
    reach,
    lint_rules.conditions,
    lint_rules.earning,
    lint_rules.rewards,
    lint_rules.reaching,
    words,
)


def lint(programme: Programme, terms: Terms, *explained: Sentences) -> list[Finding]:
    """Everything found, warnings first; ``explained`` are the sentences in each language."""
    found = [finding for check in _CHECKS for finding in check(programme, terms)]
    found += [finding for sentences in explained for finding in _wordy(programme, terms, sentences)]
    unique = dict.fromkeys(found)
    return sorted(unique, key=lambda finding: not finding.warns)


def _wordy(programme: Programme, terms: Terms, sentences: Sentences) -> Iterator[Finding]:
    if len(sentences) > terms.most_sentences:
        yield warning(
            "",
            f"takes {len(sentences)} sentences to explain, more than {terms.most_sentences}, and nobody reads so many; "
            "have fewer rules",
        )
    for rule, text in sentences:
        if len(text) > terms.longest:
            yield warning(
                path_of(programme, rule),
                f"takes more than {terms.longest} letters to explain; make it simpler: “{text}”",
            )
