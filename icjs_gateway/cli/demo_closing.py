"""What the demo prints in the end: what came about, and what the ledgers prove. Every line fits 80 columns."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.console import Console, Group
from rich.table import Table
from rich.text import Text

from icjs_gateway.simulators.demonstrations import Shown
from icjs_gateway.simulators.proof import Proof

VIOLATIONS_SHOWN = 12


def table_of(title: str, words: Sequence[str], counts: Sequence[str], more: Sequence[str] = ()) -> Table:
    """A table without lines between columns. Columns of words and of `more` are cut where there is no room."""
    table = Table(title=title, title_justify="left", header_style="bold", box=box.SIMPLE_HEAD, padding=0,
                  pad_edge=False, show_edge=False)  # fmt: skip
    for name in words:
        table.add_column(name, no_wrap=True, overflow="ellipsis")
    for name in counts:
        table.add_column(name, justify="right", no_wrap=True)
    for name in more:
        table.add_column(name, no_wrap=True, overflow="ellipsis")
    return table


def scenes_table(proof: Proof) -> Table:
    """Who had a word beside the case's own court, station and jail. A story that was cut short may leave the first of
    two words waiting for the second."""
    table = table_of("who had a word beside the case's own places, by the directory of places",
                     ("door",), ("cases", "told", "parked", "wait", "orders", "came"))  # fmt: skip
    for scene, count in proof.scenes.items():
        counts = (count.cases, count.messages, count.parked, count.waiting, count.orders, count.reached)
        table.add_row(scene.value, *map(str, counts))
    return table


def receivers_table(proof: Proof) -> Table:
    """Owed = came + void + replaced + open, for each. `may`: what the ledgers cannot order, and of it what came."""
    table = table_of("what each was owed, and what became of it",
                     ("receiver",), ("owed", "came", "void", "replaced", "open", "may"))  # fmt: skip
    table.caption = "owed = came + void + replaced + open; may: came/all of what the ledgers cannot order"
    table.caption_justify = "left"
    for name, account in proof.accounts.items():
        counts = (account.owed, account.delivered, account.voided, account.superseded, account.outstanding)
        table.add_row(name, *map(str, counts), f"{account.may_taken}/{account.may}" if account.may else "")
    return table


def demonstrations_shown(shown: Sequence[Shown]) -> Group:
    """What came about of the demonstrations, line by line."""
    lines: list[Text] = [Text("what you have just seen, really done", style="italic")]
    for each in shown:
        lines.append(Text(f"✓ {each.title}", style="bold green"))
        lines += (Text(f"    {line}") for line in each.lines)
    return Group(*lines)


def closing_table(proof: Proof, *, dead: int, verified: int) -> Table:
    """What the ledgers say in the end. Words are stable: they are looked for."""
    table = Table(title="Proved from the receivers' own ledgers and the senders' receipts", title_justify="left",
                  show_header=False, box=box.SIMPLE_HEAD, padding=0, pad_edge=False,
                  show_edge=False)  # fmt: skip
    table.add_column(style="bold", no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    table.add_column()
    stopped = proof.total("voided") + proof.total("superseded")
    may = f"; {proof.total('may')} more undecided" if proof.total("may") else ""
    early = f"orders that came before their case; {proof.total('verified')} verified since"
    overtakings = proof.total("overtakings")
    liberty = f"; {overtakings} orders went ahead of a failing one" if overtakings else ""
    table.add_row("accepted", str(proof.accepted), f"{verified} receipts, every signature verified")
    table.add_row("parked", str(proof.parked), f"before their FIR, or from elsewhere; {proof.linked} linked since")
    table.add_row("refused", str(proof.refused + proof.mistaken), f"{proof.mistaken} of them with a mistake on purpose")
    table.add_row("events", str(proof.events), "in those receipts")
    table.add_row("deliveries", str(proof.total("owed")), f"owed by subscriptions and the directed matrix{may}")
    table.add_row("  delivered", str(proof.total("delivered")), "")
    if stopped:
        table.add_row("  stopped", str(stopped), "voided, or superseded by a correction")
    table.add_row("  waiting", str(max(proof.total("outstanding") - dead, 0)), "")
    table.add_row("  dead", str(dead), "")
    table.add_row("unverified", str(proof.total("unverified")), early)
    table.add_row("retries", str(proof.total("retries")), f"{proof.total('repeats')} of them of what had been taken")
    table.add_row("conserved", _verdict(proof.conserved), "nothing lost, nothing told to whom it does not concern")
    table.add_row("in order", _verdict(proof.in_order), f"every lane from 1, without gaps{liberty}")
    return table


def _verdict(held: bool) -> Text:
    return Text("yes", style="green") if held else Text("NO", style="bold red")


def show_violations(console: Console, proof: Proof) -> None:
    """The first of what went wrong, if anything did."""
    for violation in proof.violations[:VIOLATIONS_SHOWN]:
        console.print(f"[red]{violation.kind}[/] {violation.where}: {violation.detail}", highlight=False)
    if len(proof.violations) > VIOLATIONS_SHOWN:
        console.print(f"... and {len(proof.violations) - VIOLATIONS_SHOWN} more", highlight=False)
