"""Which cards of a pool fit what a job asks for."""

from dataclasses import dataclass

from planner.pools import Card, Pool
from planner.units import Size


@dataclass(frozen=True)
class Demand:
    """What a job asks of each card; None = nothing. Bounds are inclusive, as HTCondor's are."""

    memory: Size | None = None
    lowest: float | None = None
    highest: float | None = None
    cards: int = 1

    def refuses(self, card: Card) -> str:
        """Return why *card* does not fit, or an empty text."""
        if self.memory is not None and card.safe_memory.value < self.memory:
            return f"{card.memory.value} of memory"
        if self.lowest is not None and card.capability.value < self.lowest:
            return f"capability {card.capability.value}, below {self.lowest}"
        if self.highest is not None and card.capability.value > self.highest:
            return f"capability {card.capability.value}, above {self.highest}"
        if card.per_server.value < self.cards:
            return f"{card.per_server.value} to a server"
        return ""


def matching(pool: Pool, demand: Demand) -> tuple[Card, ...]:
    """Return the cards that fit *demand*, in the pool's order."""
    return tuple(card for card in pool.cards if not demand.refuses(card))


def count(cards: tuple[Card, ...]) -> int:
    """Return how many cards there are of all models together."""
    return sum(card.count for card in cards)


def card_meant(pool: Pool, size: Size) -> Card | None:
    """Return the card of which *size* is the nominal memory: who says so usually means the card, not a measurement.

    Cards report less memory than they are sold with, so asking for the nominal size would match none of them.
    """
    meant = [card for card in pool.cards if size in (card.memory.value, card.sold_as.value)]
    return max(meant, key=lambda card: card.safe_memory.value, default=None)
