"""How fast and how early suggestions come while people speak: python -m benchmarks.desk [--calls 50] [--seconds 60] [--half dev].

Starts the product on a free port with a data folder of its own and plays calls side by side through the telephone stand-in: each
caller asks golden questions of one half at speaking speed, one after the other, with the silence in between in which an
operator would answer. Printed are

- latency: from sending words to having the advice on them, partial sentences and whole ones apart;
- the server's processor time;
- partial sentences passed over, because newer words of the same call came first or too many calls spoke at once;
- first right: at which share of a sentence its item first stands among the suggestions;
- right at the end: the item among the three when the sentence is over, and at their head.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from banshi.search.golden import GoldenQuestion, load_golden
from banshi.settings import Settings
from banshi.standin.telephony import SPEED, Line, Played, growing, play_call
from benchmarks.product import quantile, running

TOKEN = "benchmark-telephony-token-of-more-than-32-characters"


@dataclass(frozen=True)
class Heard:
    """What came of one question: share of the sentence at which the item first showed, and its place at the end, None for never."""

    first: float | None
    place: int | None


def questions_of(half: str) -> list[GoldenQuestion]:
    """Chinese questions of a half that an item answers, in an order that is the same each time."""
    golden = load_golden(Settings().knowledge_dir / "golden" / f"{half}.jsonl")
    questions = [one for one in golden if one.decision == "answer" and one.items and one.lang == "zh"]
    random.Random(7).shuffle(questions)
    return questions


async def call(server: str, number: int, questions: list[GoldenQuestion], *, silence: float, until: float) -> list[Played]:
    """One line of the hot-line: caller after caller, each with one question, until the time is over."""
    await asyncio.sleep(random.Random(number).uniform(0, 6))  # people do not begin at the same moment
    played = []
    for turn, question in enumerate(questions):
        if time.perf_counter() + len(question.text) / SPEED > until:
            break
        line = Line(call=f"{number}-{turn}", text=question.text, pause=silence if turn else 0.0)
        played.append(await play_call(server, TOKEN, line.call, [line]))
    return played


async def load(server: str, half: str, calls: int, silence: float, seconds: float) -> list[tuple[GoldenQuestion, Played]]:
    """All calls side by side."""
    questions = questions_of(half)
    until = time.perf_counter() + seconds
    shares = [questions[number::calls] or questions[:1] for number in range(calls)]
    # Each caller goes round the questions again while there is time; the item counts for the first round only.
    lines = [call(server, number, share * 20, silence=silence, until=until) for number, share in enumerate(shares)]
    played = await asyncio.gather(*lines)
    return [
        (question, one) for share, of_line in zip(shares, played, strict=True) for question, one in zip(share * 20, of_line, strict=False)
    ]


def heard(question: GoldenQuestion, played: Played) -> Heard:
    """Where the right item stood."""
    first, place = None, None
    for answer in played.answers:
        # A golden question may be answered by a guide, or by a Q&A of its own.
        shown = [{one["item"], one["key"].split(":")[1]} for one in answer.advice["suggestions"]]
        place = next((number for number, names in enumerate(shown) if names & set(question.items)), None)
        if place is not None and first is None:
            first = len(answer.text) / len(question.text)
    return Heard(first, place)


def main() -> None:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--silence", type=float, default=4.0, help="seconds between a question and the line's next")
    parser.add_argument("--half", choices=("test", "dev"), default="dev", help="test: held out; only figures are printed")
    arguments = parser.parse_args()
    with running("--no-rasa", telephony_token=TOKEN) as product:
        server = product.url.replace("http://", "ws://")
        asyncio.run(load(server, arguments.half, 2, 0.0, 8.0))  # the first searches read the index from the disk
        before = processor_seconds(product.process)
        asked = asyncio.run(load(server, arguments.half, arguments.calls, arguments.silence, arguments.seconds))
        used = processor_seconds(product.process) - before
    partial = [answer.seconds * 1000 for _, one in asked for answer in one.answers if not answer.final]
    whole = [answer.seconds * 1000 for _, one in asked for answer in one.answers if answer.final]
    sent = sum(len(growing(question.text)) - 1 for question, _ in asked)
    print(f"{arguments.calls} calls, {len(asked)} questions, {sent + len(asked)} messages in {arguments.seconds:.0f} s")
    print(f"the server used {used / arguments.seconds:.2f} of a core, {used * 1000 / (sent + len(asked)):.1f} ms a message")
    for name, times in (("partial sentences", partial), ("whole sentences", whole), ("all", partial + whole)):
        late = sum(took > 150 for took in times) / len(times)
        print(f"{name:18} p50 {quantile(times, 0.5):6.0f} ms   p95 {quantile(times, 0.95):6.0f} ms   over 150 ms {late:6.1%}")
    print(f"partial sentences passed over {1 - len(partial) / sent:.1%}")
    results = list({question.id: heard(question, one) for question, one in reversed(asked)}.values())
    for share in (0.4, 0.6, 0.8, 1.0):
        print(f"right item shown by {share:4.0%} of the sentence: {part(one.first is not None and one.first <= share for one in results)}")
    firsts = [one.first for one in results if one.first is not None]
    print(f"right item first shown at, median: {quantile(firsts, 0.5):.0%} of the sentence")
    among, at_head = part(one.place is not None for one in results), part(one.place == 0 for one in results)
    print(f"right at the end of the sentence, {len(results)} questions: among three {among}, first {at_head}")


def processor_seconds(process: int) -> float:
    """Processor time of a process so far, all threads; unlike latency it hardly depends on what else the machine does."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def part(which: Iterable[bool]) -> str:
    """How many of them, in percent."""
    found = list(which)
    return f"{sum(found) / len(found):.1%}"


if __name__ == "__main__":
    main()
