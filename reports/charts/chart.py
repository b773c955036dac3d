"""What a chart is to the report: an answer, the question it answers, a picture, and the data in
words and numbers for those who cannot or will not look at pictures."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Chart:
    name: str  # unique in the report; [a-z-]+
    title: str  # the answer, in words computed from the data
    question: str
    svg: str  # empty where there is too little data; the title says so
    alt: str  # what one would see
    header: list[str] = field(default_factory=list)  # of the data table
    rows: list[list[str]] = field(default_factory=list)
    texts: int = 1  # columns of the table that hold words; the others are numbers
    note: str = ""  # how to read it, what it leaves out
    legend: bool = True  # lines by variant: the legend is drawn above


def too_little(name: str, question: str, found: int, needed: int, noun: str = "point") -> Chart:
    """In place of an empty frame."""
    plural = "" if found == 1 else "s"
    text = f"Not enough data ({found} {noun}{plural}, need {needed})"
    return Chart(name, text, question, svg="", alt=text, legend=False)
