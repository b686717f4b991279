"""The networks that predict together in the file: the first as a single one is, the others in sections of their own."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence, Sized

from glassnet.archive import Arrays, Facts
from glassnet.estimators.table.choice import Choice, Trained
from glassnet.files.networks import put_network, restored_network, restored_parameters
from glassnet.files.parts import Parts, taken
from glassnet.files.recipes import restored_recipe
from glassnet.learning.blending.blend import Blend, Member
from glassnet.network.network import Network

MOST_MEMBERS = 1000


def put_blend(parts: Parts, blend: Blend, choice: Choice, trained: Sequence[Trained] = ()) -> None:
    """Add a blend; one of a single network looks as files did before there were several.

    Args:
        parts: what it is added to.
        blend, choice: the networks that predict, and how they were chosen.
        trained: how each of all networks was trained.

    Raises:
        InvalidInput, UnknownName, Unsupported: as :func:`put_network`.
    """
    first, *others = blend.members
    put_network(parts, first.network, first.parameters)
    if not others and blend.temperature == 1:
        return
    parts.facts["blend"] = {
        "temperature": float(blend.temperature),
        "members": [{"weight": m.weight, "number": m.number, "epoch": m.epoch} for m in blend.members],
        "choice": dataclasses.asdict(choice),
        "trained": [one._asdict() | {"recipe": one.recipe.settings()} for one in trained],
    }
    for name, member in zip(_sections(blend.members), others, strict=False):
        own = Parts()
        put_network(own, member.network, member.parameters)
        parts.put(name, own.arrays, own.facts)


def restored_blend(
    arrays: Arrays, facts: Facts, check: Callable[[Network, Facts], None]
) -> tuple[Blend, Choice, tuple[Trained, ...]]:
    """The blend, how it was chosen, and how its networks were trained, from untrusted parts.

    Args:
        arrays, facts: of the file.
        check: raises where a network is not of this model, before anything is made for it.

    Raises:
        BrokenFile: parts that are not ours, or weights that do not sum to 1.
        UnknownName: a network needs a piece that is in no table here.
    """
    first = _member(arrays, facts, check)
    if "blend" not in facts:
        return Blend((first,)), Choice(), ()
    said = facts.section("blend")
    sections = said.sections("members")
    if not 1 <= len(sections) <= MOST_MEMBERS:
        raise said.broken(f"has not 1 to {MOST_MEMBERS} members", str(len(sections)))
    members = [first]
    members += [_member(taken(arrays, name), facts.section(name), check) for name in _sections(sections)]
    weighed = tuple(_weighed(member, one) for member, one in zip(members, sections, strict=True))
    if abs(sum(member.weight for member in weighed) - 1) > 1e-6:
        raise said.broken("has weights that do not sum to 1")
    trained = tuple(map(_trained, said.sections("trained"))) if "trained" in said else ()
    if trained and max(member.number for member in weighed) > len(trained):
        raise said.broken("has a member that was not trained", f"{len(trained)} networks")
    return Blend(weighed, said.number("temperature", low=1e-3)), _choice(said.section("choice")), trained


def _trained(said: Facts) -> Trained:
    return Trained(restored_recipe(said.section("recipe")), said.integer("epochs", low=0), said.text("reason"))


def _sections(members: Sized) -> Iterator[str]:
    """The names of the sections of all members but the first."""
    return (f"member {number}" for number in range(2, len(members) + 1))


def _member(arrays: Arrays, facts: Facts, check: Callable[[Network, Facts], None]) -> Member:
    network = restored_network(facts)
    check(network, facts)
    return Member(network, restored_parameters(network, arrays, facts))


def _weighed(member: Member, said: Facts) -> Member:
    weight, number = said.number("weight", low=0), said.integer("number", low=1)
    return dataclasses.replace(member, weight=weight, number=number, epoch=said.integer("epoch", low=0))


def _choice(said: Facts) -> Choice:
    rows, candidates = said.integer("rows", low=0), said.integer("candidates", low=1)
    numbers = {name: said.number(name) for name in ("blend", "single", "plain", "seconds")}
    # Files of earlier versions lack these two.
    folds = said.integer("folds", low=1) if "folds" in said else 1
    refitted = said.integer("refitted", low=0) if "refitted" in said else 0
    return Choice(said.text("criterion"), rows, candidates, **numbers, folds=folds, refitted=refitted)
