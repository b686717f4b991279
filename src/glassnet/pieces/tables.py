"""Tables of records: the only lists of names there are.

>>> from glassnet.pieces.activations import ACTIVATIONS
>>> ACTIVATIONS["relu"].formula
'max(0, z)'
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Iterator, Mapping, ValuesView
from typing import Any, Generic, Protocol, TypeVar

from glassnet.errors import InvalidInput, InvalidType, UnknownName, unknown_name
from glassnet.pieces.settings import Record
from glassnet.text import one_line


class Named(Protocol):
    """Anything with a name."""

    @property
    def name(self) -> str: ...


N = TypeVar("N", bound=Named)
R = TypeVar("R", bound=Record)


class Table(Mapping[str, N]):
    """Records by name, in the order they were written.

    Args:
        kind: what a record is called in messages, such as ``"activation"``.
        records: the records; a field ``aliases`` of theirs holds other names that lead to them.
    """

    def __init__(self, kind: str, records: Iterable[N]) -> None:
        self.kind = kind
        self._records = {record.name: record for record in records}
        self.aliases = {alias: name for name, record in self._records.items() for alias in _aliases(record)}
        self._own: set[str] = set()

    def __repr__(self) -> str:
        return f"<{self.kind}: {one_line(', '.join(self))}>"

    def __getitem__(self, name: str) -> N:
        try:
            return self._records[self.aliases.get(name, name)]
        except (KeyError, TypeError):
            raise unknown_name(self.kind, name, [*self._records, *self.aliases]) from None

    def __contains__(self, name: object) -> bool:
        return name in self._records or name in self.aliases

    def __iter__(self) -> Iterator[str]:
        return iter(self._records)

    def __len__(self) -> int:
        return len(self._records)

    def values(self) -> ValuesView[N]:
        return self._records.values()  # Mapping's would look each up by its name

    def add(self, record: N) -> N:
        """Give ``record`` a name that files and menus know; returns it, so it serves as a decorator.

        Your own record may be added again, as a notebook does when a cell is run twice.

        Raises:
            InvalidInput: a built-in record has that name.
        """
        for name in (record.name, *_aliases(record)):
            known = self.aliases.get(name, name)
            if known in self._records and not (known == record.name and known in self._own):
                raise InvalidInput(f"the {self.kind} {name!r} exists already", remedy="choose another name")
        self._records[record.name] = record
        self.aliases |= dict.fromkeys(_aliases(record), record.name)
        self._own.add(record.name)
        return record

    def remove(self, name: str) -> None:
        """Forget a record that was added.

        Raises:
            UnknownName: no such record was added.
        """
        if name not in self._own:
            raise unknown_name(f"added {self.kind}", name, self._own)
        self._own.remove(name)
        del self._records[name]
        self.aliases = {alias: known for alias, known in self.aliases.items() if known != name}

    def find(self, choice: str | N) -> N:
        """The record named ``choice``, or ``choice`` itself where it is one already.

        Raises:
            UnknownName, InvalidType: it is neither.
        """
        if isinstance(choice, str):
            return self[choice]
        if not isinstance(choice, type(next(iter(self._records.values())))):
            raise self._not_a_choice(choice)
        return choice

    def _not_a_choice(self, choice: object) -> InvalidType:
        return InvalidType(f"{self.kind}: a name or a record", repr(choice), f"choose from {', '.join(self)}")


def _aliases(record: Named) -> tuple[str, ...]:
    return getattr(record, "aliases", ())


def known_name(table: Table[N], record: N) -> str:
    """The name of ``record`` in ``table``, for files.

    Raises:
        UnknownName: the table does not know it, or knows another of that name.
    """
    if table[record.name] is not record:
        what = f"the {table.kind} table knows another {record.name!r}"
        raise UnknownName(what, remedy="add yours under another name")
    return record.name


class Entry(Generic[R]):
    """A family's entry: the name and the class that makes records of it."""

    def __init__(self, cls: type[R]) -> None:
        self.name, self.cls = cls.name, cls
        self.aliases: tuple[str, ...] = vars(cls).get("aliases", ())  # not those of the class above it


class Family(Table[Entry[R]]):
    """Records with settings: a name leads to a class, settings make it a record.

    >>> from glassnet.pieces.optimizers import OPTIMIZERS
    >>> OPTIMIZERS.make("adam", learning_rate=0.01).learning_rate
    0.01
    """

    def __init__(self, kind: str, classes: Iterable[type[R]]) -> None:
        super().__init__(kind, map(Entry, classes))

    def register(self, cls: type[R]) -> type[R]:
        """Add your own class; a decorator."""
        self.add(Entry(cls))
        return cls

    def make(self, choice: str | R | Mapping[str, Any], **settings: Any) -> R:
        """A record from its name, from its description (see :meth:`describe`), or itself.

        Raises:
            UnknownName: no record of that name.
            InvalidInput, InvalidType: a setting it does not have, or a value it does not take.
        """
        if isinstance(choice, self._protocol()):
            return dataclasses.replace(choice, **self._known(type(choice), settings)) if settings else choice
        if isinstance(choice, Mapping):
            settings = {**{key: value for key, value in choice.items() if key != "name"}, **settings}
            choice = choice.get("name", "")
        if not isinstance(choice, str):
            raise self._not_a_choice(choice)
        cls = self[choice].cls
        return cls(**self._known(cls, settings))

    def _known(self, cls: type[R], settings: dict[str, Any]) -> dict[str, Any]:
        known = [field.name for field in dataclasses.fields(cls)]
        for unknown in sorted(settings.keys() - known):
            raise unknown_name(f"{cls.name} setting", unknown, known)
        return settings

    def _protocol(self) -> type[R]:
        """The class right below :class:`Record` that all of this family have above them: Loss, Optimizer, ..."""
        line = next(iter(self._records.values())).cls.__mro__
        return line[line.index(Record) - 1]

    def parse(self, text: str) -> R:
        """A record from its name, or from its name and settings: ``"step:every=10,rate=0.5"``.

        Raises:
            UnknownName, InvalidInput, InvalidType: as :meth:`make`, or a setting that is not a number.

        >>> from glassnet.pieces.schedules import SCHEDULES
        >>> SCHEDULES.parse("step:every=10")
        Step(every=10, rate=0.1, warmup=0)
        """
        name, _, rest = text.partition(":")
        return self.make(name, **dict(_setting(self.kind, part) for part in rest.split(",") if part))

    def describe(self, record: R) -> dict[str, Any]:
        """The record as plain data, from which :meth:`make` makes its equal.

        Raises:
            UnknownName: the record's class is in no table, so a file could not name it.
        """
        if record.name not in self or self[record.name].cls is not type(record):
            what = f"the {self.kind} table does not know the class {type(record).__name__}"
            remedy = "register the class under another name"
            raise UnknownName(what, f"the name {record.name!r}", remedy)
        return {"name": record.name, **record.settings()}


def _setting(kind: str, text: str) -> tuple[str, int | float | bool]:
    """``"every=10"`` -> ``("every", 10)``."""
    name, _, value = (part.strip() for part in text.partition("="))
    if value.lower() in ("true", "false"):
        return name, value.lower() == "true"
    for number in (int, float):
        try:
            return name, number(value)
        except ValueError:
            continue
    what = f"{kind} settings are written name=number, separated by commas"
    raise InvalidInput(what, seen=repr(text), remedy="as in 'rate=0.5'")
