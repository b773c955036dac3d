"""The words of the report, and what the codes in result.json mean."""

from reports import format as fmt
from reports.model import Run

TERMS = (
    ("leaf", "A Prometheus that scrapes targets."),
    ("central", "The Prometheus, or other receiver, that must end up with the data."),
    ("link", "The network between leaf and central."),
    ("push", "The leaf ships by remote write."),
    ("pull", "The central scrapes /federate of the leaf, which answers with the newest sample of "
             "each selected series."),
    ("variant", "One way of shipping: a remote_write block or a federate block."),
    ("cell", "One point of the scenario's matrix; variants are compared within a cell."),
    ("run", "A cell, a variant and a repetition."),
    ("sample", "A value of a series at a time; each one is followed to its end."),
    ("shard", "Push: a queue with one request in flight. Resharding changes their number: the old "
              "ones are drained, then the new ones start."),
    ("delivered", "Scraped in the measure phase and visible at central by the end of the drain."),
    ("lost", "Scraped, but never at central. Each has a cause."),
    ("undersampled", "Pull: replaced by a newer one at the leaf before the next fetch, by design "
                     "when fetches are rarer than scrapes."),
    ("pending", "Push: still queued at the leaf when the run ended."),
    ("freshness lag", "From the time a sample was meant to be scraped until it was visible at "
                      "central. A sample that never arrived has an infinite lag and counts."),
    ("reader staleness", "The age of the newest visible sample of a series, looked at every "
                         "second: what an alert at central sees."),
    ("wire bytes", "TCP payload in both directions, with HTTP headers, without IP and TCP ones."),
    ("warm-up, measure, drain", "The phases of a run. Samples count if scraped in the measure "
                                "phase; then scraping stops, and the drain lets them arrive."),
    ("generator lateness", "How long after their planned time the synthetic targets answered: the "
                           "harness's own error."),
)

KINDS = {
    "exact": "counted, or computed without any assumption about speed",
    "simulated": "virtual time, depends on the calibration of CPU costs; the same every time, "
                 "good for comparing, not a promise about your machine",
    "measured": "clocks and CPU of this machine; differs from run to run",
    "model": "a formula; marked ≈",
}

CAUSES = {
    "relabelled": "push: the variant's own write_relabel_configs drop the series",
    "rejected": "push: {refuser} refused the batch (4xx) and the leaf dropped it",
    "hard_shutdown": "push: the flush deadline passed when shards were stopped",
    "reshard_flush": "push: the flush deadline passed when shards were stopped to start another "
                     "number of them",
    "too_old": "push: older than the variant's sample_age_limit when it was queued or sent",
    "wal_truncated": "push: the leaf's WAL had deleted the segment before it was read",
    "queue_tail_error": "push: still in the leaf's WAL when the reader, which had missed a deleted "
                        "segment, began anew with what is scraped from then on",
    "before_queue_start": "push: its timestamp was not newer than the start of the leaf's queue",
    "restart": "push: not yet sent when the process ended",
    "federate_failed": "pull: the fetch that would have carried it failed",
    "federate_missed": "pull: central was not there to fetch it",
    "out_of_order": "refused by central's head: older than what it had",
    "unattributed": "a real server does not show the cause; the lost samples are exact",
}


def cause(name: str, run: Run) -> str:
    """What a cause of loss means in this run; empty where the file has one that nobody knows."""
    return CAUSES.get(name, "").format(refuser=refuser(run))


def refuser(run: Run) -> str:
    """Who answers batches with a 4xx: central, or the link while a fault has it answer instead."""
    faults = [fault.name for fault in run.faults if fault.kind == "http_status" and fault.happened]
    if not faults:
        return "central"
    rejected = run.metrics.get("samples_rejected")
    link = f"the link (fault {fmt.listing(faults)})"
    return link if rejected is not None and rejected.value == 0 else f"{link} or central"
