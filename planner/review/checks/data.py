"""What goes wrong with data and no file shows: how large it is, where it lies, what it is."""

from planner.review.base import LOSES, WASTES, check

_SIZES = "Files do not say how large inputs are."


@check(severity=WASTES, sources=("chtc-file-transfer",), taught_by=("data-place",), unseen=_SIZES)
def large_file_in_home() -> None:
    """A large file is in the home directory

    The access point sends files of the home directory to each job itself. A large file keeps it busy and slows down
    everybody's jobs.
    """


@check(severity=WASTES, sources=("chtc-large-data",), taught_by=("small-data-at-home",), unseen=_SIZES)
def small_file_among_large_ones() -> None:
    """A small file is in the place for large files

    That place is made for few large files, and its quota counts files too. Small ones use up the quota and gain nothing.
    """


@check(severity=WASTES, sources=("chtc-file-transfer",), taught_by=("data-place",), unseen=_SIZES)
def medium_file_by_path() -> None:
    """A file of medium size is read by its path

    The data federation keeps copies of such files near the servers, and any server can fetch them. A path is read from
    one file system, and only by servers that mount it.
    """


@check(severity=WASTES, sources=("chtc-file-transfer",), taught_by=("data-place",), unseen=_SIZES)
def huge_file_through_caches() -> None:
    """A very large file is fetched through caches

    A file of this size displaces many others from a cache. Pools ask that it be read by its path instead.
    """


@check(
    severity=WASTES,
    sources=("chtc-file-transfer",),
    taught_by=("data-place", "data-in-parts"),
    unseen=_SIZES,
)
def input_too_large_for_pool() -> None:
    """An input is larger than the pool's limit

    Pools say up to which size a single file may be brought to a job, and ask you to talk to the staff about more.
    """


@check(severity=WASTES, sources=("chtc-scaling",), taught_by=("wider-pools",), unseen=_SIZES)
def data_too_large_for_others() -> None:
    """Too much data is transferred for wider pools

    Inputs travel over the internet to machines of other pools, and results back. A large transfer takes longer than the
    job saves.
    """


@check(
    severity=LOSES,
    sources=("condor-run",),
    taught_by=("disk",),
    unseen=_SIZES,
)
def disk_for_archive_and_contents() -> None:
    """The disk request leaves no room for an archive and its contents

    While an archive is unpacked, both are on disk. A pool that enforces requests holds a job that uses more.
    """


@check(
    severity=WASTES,
    sources=("chtc-large-data",),
    in_plans="out of reach: people decide where they submit; the guide says it",
    unseen="Files do not say where they are.",
)
def submitted_from_large_storage() -> None:
    """Jobs are submitted from the place for large files

    HTCondor writes logs and small results into the folder from which jobs are submitted, all the time. The file system
    for large files is not made for that, and pools forbid it.
    """


@check(
    severity=LOSES,
    sources=("chtc-file-transfer",),
    taught_by=("new-name-for-new-data",),
    unseen="Files do not say what was replaced.",
)
def data_changed_under_its_name() -> None:
    """Data changes and keeps its name

    Caches know files by their names. A job may get the old contents, or a mixture, and its results are wrong.
    """


@check(
    severity=LOSES,
    sources=("chtc-expectations",),
    taught_by=("restricted-data",),
    unseen="Files do not say what the data is.",
)
def restricted_data_on_pool() -> None:
    """The data is restricted

    Pools for open research are not made for health records, controlled or export-controlled data, and forbid it.
    """
