import pytest

from planner.advice import Archive, Clause
from planner.facts.pools import pools
from tests.helpers import ONE_TASK, ask, settings, words

# One file, in the formats that jobs read as they are.
ONE_FILE = {"data_path": "set.h5", "data_files": "1", "user": "bucky"}
NO_DATA = {"data_place": "none"}
IN_STAGING = {"data_place": "staging", "data_files": "1", "user": "bucky"}
IN_GROUP = {"data_place": "group", "data_path": "/staging/groups/lab/set.h5", "data_files": "1", "user": "bucky"}
ON_DRIVE = {"data_place": "researchdrive", "data_path": "/researchdrive/prof/CHTC/set.h5", "data_files": "1"}
ON_WEB = {"data_place": "web", "data_path": "https://example.org/set.tar", "data_files": "1", "user": "bucky"}
STAGING_ONLY = (Clause("(HasCHTCStaging == true)", "data-place"),)


# --- restricted-data ---


def test_restricted_data_stops() -> None:
    assert words(ask("restricted-data", data_confidential="yes")) == (
        "stop",
        "Do not use this data here; ask chtc@cs.wisc.edu where it may be processed",
        "You said that it is restricted. The pool says: No HIPAA data, no controlled unclassified information, nothing export-controlled without review.",
    )


def test_restricted_data_is_asked_about_where_you_are_not_sure() -> None:
    assert words(ask("restricted-data", data_confidential="unknown")) == (
        "ask",
        "May 12 GB of this data be stored and processed on your shared machines? (Say what it is.)",
        "You are not sure that it is free of restrictions. The pool says: No HIPAA data, no controlled unclassified information, nothing export-controlled without review.",
    )


def test_restricted_data_is_silent_about_free_data_and_about_none() -> None:
    assert ask("restricted-data") is None
    assert ask("restricted-data", data_confidential="yes", **NO_DATA) is None


# --- pack-small-files ---


def test_pack_small_files_makes_one_archive_of_a_folder() -> None:
    assert words(ask("pack-small-files")) == (
        "set",
        "Pack 40,000 files into images-v1.tar",
        "12 GB in 40,000 files would be as many transfers for each job, and a folder cannot be fetched from a place for large files.",
    )
    assert settings().archive == Archive(name="images-v1.tar", sample="images-v1-sample.tar", folder="images")


def test_pack_small_files_begins_above_a_hundred_small_ones() -> None:
    assert ask("pack-small-files", data_size="0.5 GB", data_files="100") is None
    assert words(ask("pack-small-files", data_size="0.5 GB", data_files="101")) == (
        "set",
        "Pack 101 files into images-v1.tar",
        "512 MB in 101 files would be as many transfers for each job, and a folder cannot be fetched from a place for large files.",
    )


def test_pack_small_files_packs_two_large_ones_since_no_folder_is_fetched_from_staging() -> None:
    assert words(ask("pack-small-files", data_files="2")) == (
        "set",
        "Pack 2 files into images-v1.tar",
        "12 GB in 2 files would be as many transfers for each job, and a folder cannot be fetched from a place for large files.",
    )


def test_pack_small_files_packs_a_small_folder_that_lies_in_staging() -> None:
    assert settings(data_place="staging", data_size="0.5 GB", data_files="50", user="bucky").archive


@pytest.mark.parametrize(
    ("path", "archive", "inside"),
    [
        ("data/train images/", "train-images-v1.tar", "data/train images"),
        ("/scratch/me/images/", "images-v1.tar", "images"),
        ("../images", "images-v1.tar", "images"),
        ("données/", "donn-es-v1.tar", "données"),
        ("日本/", "data-v1.tar", "日本"),
    ],
)
def test_pack_small_files_names_the_archive_for_its_folder(path: str, archive: str, inside: str) -> None:
    made = settings(data_path=path).archive
    assert made
    assert made.name == archive
    assert made.folder == inside


def test_pack_small_files_is_silent_about_archives_the_web_and_no_data() -> None:
    assert ask("pack-small-files", data_path="images.tar") is None
    assert ask("pack-small-files", data_path="images.ZIP") is None
    assert ask("pack-small-files", data_place="web", data_path="https://example.org/images/") is None
    assert ask("pack-small-files", **NO_DATA) is None


def test_pack_small_files_is_silent_about_one_file() -> None:
    assert ask("pack-small-files", **ONE_FILE) is None


# --- data-place: from your own computer ---


def test_data_place_of_half_a_gb_is_beside_the_submit_description() -> None:
    assert words(ask("data-place", data_size="0.5 GB", **ONE_FILE)) == (
        "set",
        "Put the data into your home directory on the access point",
        "512 MB is within the 1 GB that travel this way from your home directory on the access point.",
    )
    decided = settings(data_size="0.5 GB", **ONE_FILE)
    assert decided.data_input == "set.h5"
    assert decided.data_file == "set.h5"
    assert decided.data_path == ""
    assert decided.data_server == ""
    assert decided.unpack is False
    assert decided.sample_input == ""
    assert decided.requirements == ()


def test_data_place_of_a_small_archive_is_the_folder_data() -> None:
    assert words(ask("data-place", data_size="0.5 GB"))[1] == (
        "Put the archive into your home directory on the access point"
    )
    decided = settings(data_size="0.5 GB")
    assert decided.data_input == "data/images-v1.tar"
    assert decided.data_file == "images-v1.tar"
    assert decided.sample_input == "data/images-v1-sample.tar"
    assert decided.unpack is True


@pytest.mark.parametrize(
    ("path", "beside"),
    [
        ("inputs/set.h5", "inputs/set.h5"),
        ("./set.h5", "set.h5"),
        ("/scratch/me/set.h5", "set.h5"),
        ("../set.h5", "set.h5"),
    ],
)
def test_data_place_of_a_small_file_keeps_its_folder_only_below_the_submit_description(path: str, beside: str) -> None:
    assert settings(data_size="0.5 GB", data_files="1", data_path=path).data_input == beside


def test_data_place_of_12_gb_is_staging_fetched_through_caches() -> None:
    assert words(ask("data-place", user="bucky")) == (
        "set",
        "Put the archive into your staging directory",
        "12 GB is within the 30 GB that travel this way from your staging directory.",
    )
    decided = settings(user="bucky")
    assert decided.data_input == "osdf:///chtc/staging/b/bucky/images-v1.tar"
    assert decided.data_file == "images-v1.tar"
    assert decided.data_path == "/staging/b/bucky/images-v1.tar"
    assert decided.data_server == "transfer.chtc.wisc.edu"
    assert decided.unpack is True
    assert decided.sample_input == "osdf:///chtc/staging/b/bucky/images-v1-sample.tar"
    assert decided.requirements == ()


def test_data_place_of_50_gb_is_staging_read_by_machines_that_mount_it() -> None:
    assert words(ask("data-place", data_size="50 GB", **ONE_FILE)) == (
        "set",
        "Put the data into your staging directory",
        "50 GB is within the 100 GB that travel this way from your staging directory; only machines that mount it can read it, so the job requires (HasCHTCStaging == true).",
    )
    decided = settings(data_size="50 GB", **ONE_FILE)
    assert decided.data_input == "file:///staging/b/bucky/set.h5"
    assert decided.requirements == STAGING_ONLY


@pytest.mark.parametrize(
    ("size", "address"),
    [
        ("1 GB", "set.h5"),
        ("1.1 GB", "osdf:///chtc/staging/b/bucky/set.h5"),
        ("30 GB", "osdf:///chtc/staging/b/bucky/set.h5"),
        ("30.1 GB", "file:///staging/b/bucky/set.h5"),
        ("100 GB", "file:///staging/b/bucky/set.h5"),
    ],
)
def test_data_place_changes_at_1_gb_and_at_30_gb(size: str, address: str) -> None:
    assert settings(data_size=size, **ONE_FILE).data_input == address


def test_data_place_of_200_gb_is_none_and_stops() -> None:
    assert words(ask("data-place", data_size="200 GB", **ONE_FILE)) == (
        "stop",
        "Ask chtc@cs.wisc.edu how to bring 200 GB to a job, or cut the data into parts",
        "It is too large for every place that the pool describes.",
    )
    assert settings(data_size="200 GB", **ONE_FILE).data_input == ""


def test_data_place_without_a_user_is_named_through_a_variable() -> None:
    assert settings().data_input == "osdf:///chtc$ENV(STAGING)/images-v1.tar"
    assert settings(data_size="50 GB").data_input == "file://$ENV(STAGING)/images-v1.tar"


def test_data_place_unpacks_an_archive_of_your_own() -> None:
    assert settings(data_path="images.tar.gz", data_files="1").unpack is True


def test_data_place_stops_at_a_name_that_htcondor_cannot_carry() -> None:
    assert words(ask("data-place", data_path="my data/x, y.csv", data_files="1", data_size="0.5 GB")) == (
        "stop",
        'Rename "my data/x, y.csv" to letters, digits and . _ -',
        "HTCondor's lists of files carry no blanks, commas or other signs in a name.",
    )


# --- data-place: from a place on the pool ---


def test_data_place_small_at_home_stays_there() -> None:
    answers = {"data_place": "home", "data_path": "/home/bucky/set.h5", "data_files": "1", "data_size": "0.5 GB"}
    assert words(ask("data-place", user="bucky", **answers)) == (
        "set",
        "Leave the data where it is",
        "512 MB is within the 1 GB that travel this way from your home directory on the access point.",
    )
    assert settings(user="bucky", **answers).data_input == "/home/bucky/set.h5"


def test_data_place_large_at_home_moves_to_staging() -> None:
    answers = {"data_place": "home", "data_path": "set.h5", "data_files": "1", "user": "bucky"}
    assert words(ask("data-place", **answers)) == (
        "set",
        "Move the data to your staging directory",
        "12 GB is within the 30 GB that travel this way from your staging directory.",
    )
    assert settings(**answers).data_input == "osdf:///chtc/staging/b/bucky/set.h5"


def test_data_place_many_files_at_home_move_as_an_archive() -> None:
    assert words(ask("data-place", data_place="home"))[1] == "Put the archive into your staging directory"


@pytest.mark.parametrize("path", ["set.h5", "/staging/b/bucky/set.h5"])
def test_data_place_in_staging_is_read_from_a_relative_path_and_a_full_one(path: str) -> None:
    assert words(ask("data-place", data_path=path, **IN_STAGING)) == (
        "set",
        "Leave the data where it is",
        "12 GB is within the 30 GB that travel this way from your staging directory.",
    )
    decided = settings(data_path=path, **IN_STAGING)
    assert decided.data_input == "osdf:///chtc/staging/b/bucky/set.h5"
    assert decided.data_path == "/staging/b/bucky/set.h5"


def test_data_place_in_a_folder_of_staging_keeps_the_folder() -> None:
    decided = settings(data_path="vision/set.h5", **IN_STAGING)
    assert decided.data_input == "osdf:///chtc/staging/b/bucky/vision/set.h5"


def test_data_place_of_50_gb_in_staging_needs_machines_that_mount_it() -> None:
    decided = settings(data_path="set.h5", data_size="50 GB", **IN_STAGING)
    assert decided.data_input == "file:///staging/b/bucky/set.h5"
    assert decided.requirements == STAGING_ONLY


def test_data_place_in_staging_beside_a_folder_is_the_archive_of_it() -> None:
    answers = {"data_place": "staging", "data_path": "/staging/b/bucky/vision/images/"}
    assert words(ask("data-place", **answers))[1] == "Put the archive into your staging directory"
    assert settings(**answers).data_input == "osdf:///chtc/staging/b/bucky/vision/images-v1.tar"


def test_data_place_in_staging_without_the_first_letter_stops() -> None:
    assert words(ask("data-place", data_path="/staging/bucky/set.h5", **IN_STAGING)) == (
        "stop",
        "Write the data's path like /staging/b/bucky/images.tar",
        '"/staging/bucky/set.h5" is not of that form.',
    )
    assert settings(data_path="/staging/bucky/set.h5", **IN_STAGING).data_input == ""


@pytest.mark.parametrize(
    "path",
    [
        "/staging/a/bucky/set.h5",
        "/staging/bucky/vision/set.h5",
        "/staging/groups/lab/set.h5",
        "osdf:///chtc/staging/b/bucky/set.h5",
        "/home/bucky/set.h5",
    ],
)
def test_data_place_in_staging_stops_at_what_is_no_path_there(path: str) -> None:
    assert words(ask("data-place", data_path=path, **IN_STAGING)) == (
        "stop",
        "Write the data's path like /staging/b/bucky/images.tar",
        f'"{path}" is not of that form.',
    )


def test_data_place_in_a_groups_staging_is_read_by_machines_that_mount_it_whatever_its_size() -> None:
    assert words(ask("data-place", **IN_GROUP)) == (
        "set",
        "Leave the data where it is",
        "12 GB is within the 100 GB that travel this way from a group's staging directory; only machines that mount it can read it, so the job requires (HasCHTCStaging == true).",
    )
    for size in ("0.5 GB", "12 GB", "50 GB"):
        decided = settings(data_size=size, **IN_GROUP)
        assert decided.data_input == "file:///staging/groups/lab/set.h5"
        assert decided.requirements == STAGING_ONLY


def test_data_place_in_a_groups_staging_wants_the_whole_path() -> None:
    assert words(ask("data-place", **{**IN_GROUP, "data_path": "set.h5"})) == (
        "stop",
        "Write the data's path like /staging/groups/my_group/images.tar",
        '"set.h5" is not of that form.',
    )


def test_data_place_of_200_gb_in_a_groups_staging_stops() -> None:
    assert words(ask("data-place", data_size="200 GB", **IN_GROUP))[:2] == (
        "stop",
        "Ask chtc@cs.wisc.edu how to bring 200 GB to a job, or cut the data into parts",
    )


def test_data_place_on_researchdrive_needs_the_principal_investigator() -> None:
    assert words(ask("data-place", **ON_DRIVE)) == (
        "set",
        "Leave the data where it is",
        "12 GB is within the 100 GB that travel this way from ResearchDrive. The principal investigator must have asked for the connection, which takes three to five days; only the folder called CHTC is visible.",
    )
    decided = settings(**ON_DRIVE)
    assert decided.data_input == "pelican://chtc.wisc.edu/researchdrive/prof/CHTC/set.h5"
    assert decided.requirements == ()


def test_data_place_on_researchdrive_outside_the_folder_chtc_stops() -> None:
    assert words(ask("data-place", **{**ON_DRIVE, "data_path": "/researchdrive/prof/set.h5"})) == (
        "stop",
        "Write the data's path like /researchdrive/bucky/CHTC/images.tar",
        '"/researchdrive/prof/set.h5" is not of that form.',
    )


def test_data_place_on_the_web_stays_there_up_to_1_gb() -> None:
    assert words(ask("data-place", data_size="0.5 GB", **ON_WEB)) == (
        "set",
        "Leave the data where it is",
        "512 MB is within the 1 GB that travel this way from the web.",
    )
    assert settings(data_size="0.5 GB", **ON_WEB).data_input == "https://example.org/set.tar"


def test_data_place_on_the_web_moves_to_staging_above_1_gb() -> None:
    assert words(ask("data-place", **ON_WEB)) == (
        "set",
        "Move the data to your staging directory",
        "12 GB is within the 30 GB that travel this way from your staging directory.",
    )
    assert settings(**ON_WEB).data_input == "osdf:///chtc/staging/b/bucky/set.tar"


def test_data_place_on_the_web_wants_https() -> None:
    answers = {**ON_WEB, "data_path": "http://example.org/set.tar", "data_size": "0.5 GB"}
    assert words(ask("data-place", **answers)) == (
        "stop",
        "Write the data's path like https://example.org/images.tar",
        '"http://example.org/set.tar" is not of that form.',
    )


def test_data_place_names_the_sources_of_the_place() -> None:
    advice = ask("data-place", **ON_DRIVE)
    assert advice
    assert {source.key for source in advice.sources} >= {"condor-files", "chtc-researchdrive"}


def test_data_place_is_silent_without_data() -> None:
    assert ask("data-place", **NO_DATA) is None
    assert settings(**NO_DATA).data_input == ""


def test_data_place_knows_every_place_of_the_pool() -> None:
    assert [place.key for place in pools()["chtc"].places] == ["home", "staging", "group", "researchdrive", "web"]


# --- new-name-for-new-data ---


def test_new_name_for_new_data_that_caches_know_by_its_name() -> None:
    assert words(ask("new-name-for-new-data", user="bucky")) == (
        "tip",
        "When the data changes, raise the version in its name (images-v1.tar) and in the submit files",
        "It is fetched through caches that know it by its name; 12 GB under an old name may arrive old.",
    )


def test_new_name_for_new_data_on_researchdrive() -> None:
    assert words(ask("new-name-for-new-data", **ON_DRIVE))[1] == (
        "When the data changes, raise the version in its name (set.h5) and in the submit files"
    )


def test_new_name_for_new_data_is_silent_where_no_cache_is_on_the_way() -> None:
    assert ask("new-name-for-new-data", data_size="0.5 GB") is None
    assert ask("new-name-for-new-data", data_size="50 GB", user="bucky") is None
    assert ask("new-name-for-new-data", data_size="0.5 GB", **ON_WEB) is None
    assert ask("new-name-for-new-data", **NO_DATA) is None


# --- name-the-user ---


def test_name_the_user_and_no_variable_is_needed() -> None:
    assert words(ask("name-the-user")) == (
        "tip",
        "Give your NetID, and the files hold the real path",
        "Without it the submit files name your directory through a variable of the access point: `echo $STAGING` there must print it.",
    )


def test_name_the_user_for_the_image_alone() -> None:
    assert ask("name-the-user", **NO_DATA)


def test_name_the_user_is_silent_where_the_name_is_known() -> None:
    assert ask("name-the-user", user="bucky") is None


def test_name_the_user_is_silent_where_no_path_needs_a_name() -> None:
    assert ask("name-the-user", container="existing", image="my.sif", **NO_DATA) is None


# --- own-file-for-each-task ---

OWN = {
    "task_source": "numbered",
    "command": "python train.py --scan scans/{scan}.h5",
    "data_shared": "own",
    "data_path": "scans/{scan}.h5",
    "data_files": 1,
}


def test_own_file_for_each_task_is_named_in_the_list() -> None:
    assert words(ask("own-file-for-each-task", data_size="300 MB", **OWN)) == (
        "set",
        "Let each job fetch scans/{scan}.h5",
        "300 MB instead of all 10 files: jobs.csv says in its second column which one.",
    )
    decided = settings(data_size="300 MB", **OWN)
    assert (decided.data_input, decided.sample_input) == ("scans/$(own).h5", "scans/0.h5")


def test_own_file_for_each_task_is_staged_when_large() -> None:
    decided = settings(data_size="3 GB", user="bucky", **OWN)
    assert decided.data_input == "osdf:///chtc/staging/b/bucky/$(own).h5"
    assert decided.sample_input == "osdf:///chtc/staging/b/bucky/0.h5"
    assert decided.archive is None


def test_own_file_for_each_task_is_silent_where_all_read_the_same() -> None:
    assert ask("own-file-for-each-task") is None


# --- data-in-parts ---


def test_data_in_parts_from_half_of_the_largest_file_on() -> None:
    assert words(ask("data-in-parts", data_size="60 GB")) == (
        "tip",
        "Let each job read a part of the data, if it can",
        "Every job fetches 60 GB; 100 GB is the most that one file may have here, and jobs that fetch less start sooner.",
    )


def test_data_in_parts_is_silent_up_to_half_of_it() -> None:
    assert ask("data-in-parts", data_size="50 GB") is None
    assert ask("data-in-parts", data_place="none") is None


# --- weights-staged-once ---

ADAPTS = {"kind": "finetuning", "user": "bucky", **ONE_TASK}


def test_weights_staged_once_from_the_hub() -> None:
    assert words(ask("weights-staged-once", model="org/Model-7B", model_size="14 GB", **ADAPTS)) == (
        "set",
        "Fetch org/Model-7B once, and keep it in your staging directory",
        "It travels to each job and stands there as models/Model-7B. A token for a gated model is used there and in no job.",
    )
    plan = settings(model="org/Model-7B", model_size="14 GB", **ADAPTS)
    assert plan.model is not None
    assert plan.model.input == "osdf:///chtc/staging/b/bucky/Model-7B-v1.tar"
    assert "HF_HUB_OFFLINE=1" in [clause.text for clause in plan.environment]
    assert "28 GB pretrained model" in [f"{part.size} {part.what}" for part in plan.disk_parts]


def test_weights_staged_once_are_guessed_where_nobody_measured_them() -> None:
    assert words(ask("weights-staged-once", model="org/Model-7B", **ADAPTS)) == (
        "set",
        "Fetch org/Model-7B once, and keep it in your staging directory",
        (
            "It, taken as 15 GB since its size is not measured, travels to each job and stands there as models/Model-7B. A token "
            "for a gated model is used there and in no job."
        ),
    )


def test_weights_staged_once_may_be_a_folder_or_a_file_of_ones_own() -> None:
    assert words(ask("weights-staged-once", model="small/", model_size="300 MB", **ADAPTS)) == (
        "set",
        "Pack small/ once, and keep it beside the submit description",
        "It travels to each job and stands there as models/small.",
    )
    assert words(ask("weights-staged-once", model="weights/best.pt", model_size="300 MB", **ADAPTS)) == (
        "set",
        "Keep weights/best.pt beside the submit description",
        "It travels to each job and stands there as weights/best.pt.",
    )
    own = settings(model="weights/best.pt", model_size="300 MB", **ADAPTS)
    assert own.model is not None
    assert (own.model.input, own.model.unpack) == ("weights/best.pt", False)
    assert "HF_HUB_OFFLINE=1" not in [clause.text for clause in own.environment]


def test_weights_staged_once_require_the_machines_that_mount_them() -> None:
    plan = settings(model="org/Model-30B", model_size="60 GB", **ADAPTS)
    assert "(HasCHTCStaging == true)" in [clause.text for clause in plan.requirements]


def test_weights_staged_once_stop_at_what_no_place_takes() -> None:
    assert words(ask("weights-staged-once", model="org/Model-70B", model_size="140 GB", **ADAPTS)) == (
        "stop",
        "Ask chtc@cs.wisc.edu how to bring a model of 140 GB to a job",
        "It is too large for every place of your own that the pool describes.",
    )


def test_weights_staged_once_is_silent_without_a_model() -> None:
    assert ask("weights-staged-once", **ADAPTS) is None


# --- small-data-at-home ---

STAGED = {"data_place": "staging", "data_path": "/staging/b/bucky/set.h5", "data_files": 1, "user": "bucky"}


def test_small_data_at_home_and_not_in_staging() -> None:
    assert words(ask("small-data-at-home", data_size="200 MB", **STAGED)) == (
        "tip",
        "Keep the data in your home directory on the access point instead",
        "200 MB is below the 1 GB that travel well from there; your staging directory is for large files.",
    )


def test_small_data_at_home_is_silent_about_large_data_and_data_elsewhere() -> None:
    assert ask("small-data-at-home", data_size="1 GB", **STAGED) is None
    assert ask("small-data-at-home") is None
    assert (
        ask("small-data-at-home", data_place="web", data_path="example.org/x.h5", data_files=1, data_size="1 MB")
        is None
    )
