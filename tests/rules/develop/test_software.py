from planner.advice import Clause
from planner.units import Size
from tests.helpers import ask, settings, words

EXISTING = {"container": "existing", "image": "docker://quay.io/me/work:1.0"}
CPU_WHEEL = ("--extra-index-url https://download.pytorch.org/whl/cpu", "torch==2.12.1+cpu")


def test_base_image_is_the_official_one_by_its_exact_tag() -> None:
    assert words(ask("base-image")) == (
        "set",
        "Begin the image from pytorch/pytorch:2.12.1-cuda12.6-cudnn9-runtime",
        "The official image of PyTorch for CUDA 12.6; the tag fixes every version in it.",
    )


def test_base_image_holds_the_framework_so_only_your_packages_are_installed() -> None:
    decided = settings()
    assert decided.image_from == "pytorch/pytorch:2.12.1-cuda12.6-cudnn9-runtime"
    assert decided.image_size == Size.of_gb(5)
    assert decided.requirements_txt == ("numpy==2.3.4", "pandas==2.3.3", "pillow==12.0.0", "tqdm==4.67.1")
    assert decided.dropped_packages == ()
    assert decided.held_packages == ("torch", "torchaudio", "torchvision", "triton")
    assert decided.gpu_check.endswith("sys.exit(not torch.cuda.is_available())")


def test_base_image_leaves_out_one_package_that_it_holds() -> None:
    packages = "torch==2.12.1\nnumpy==2.3.4"
    assert words(ask("base-image", packages=packages)) == (
        "set",
        "Begin the image from pytorch/pytorch:2.12.1-cuda12.6-cudnn9-runtime",
        "The official image of PyTorch for CUDA 12.6; the tag fixes every version in it. torch==2.12.1 is not installed again.",
    )
    assert settings(packages=packages).dropped_packages == ("torch==2.12.1",)
    assert settings(packages=packages).requirements_txt == ("numpy==2.3.4",)


def test_base_image_knows_what_it_holds_however_the_name_is_written() -> None:
    packages = "Torch >= 2\ntorchvision[extra]==0.27\ntorch_geometric==2.6\ntriton;python_version>'3'"
    decided = settings(packages=packages)
    assert decided.dropped_packages == ("Torch >= 2", "torchvision[extra]==0.27", "triton;python_version>'3'")
    assert decided.requirements_txt == ("torch_geometric==2.6",)


def test_base_image_follows_the_cuda_that_was_named() -> None:
    assert words(ask("base-image", cuda="13.0")) == (
        "set",
        "Begin the image from pytorch/pytorch:2.12.1-cuda13.0-cudnn9-runtime",
        "The official image of PyTorch for CUDA 13.0; the tag fixes every version in it.",
    )


def test_base_image_is_plain_python_with_the_cpu_wheel_where_no_gpu_is_used() -> None:
    assert words(ask("base-image", gpu="no")) == (
        "set",
        "Begin the image from python:3.12-slim",
        "A plain Python; pip brings PyTorch in the version you named.",
    )
    decided = settings(gpu="no", packages="numpy==2.3.4")
    assert decided.requirements_txt == (*CPU_WHEEL, "numpy==2.3.4")
    assert decided.image_size == Size.of_gb(1)
    assert decided.held_packages == ()
    assert decided.gpu_check == ""


def test_base_image_is_plain_python_for_another_library() -> None:
    assert words(ask("base-image", framework="other", gpu="no")) == (
        "set",
        "Begin the image from python:3.12-slim",
        "A plain Python, to which your packages are added.",
    )
    decided = settings(framework="other", gpu="no", packages="scikit-learn==1.7.2")
    assert decided.requirements_txt == ("scikit-learn==1.7.2",)
    assert decided.image_size == Size.of_gb(2)


def test_base_image_has_no_check_of_the_card_for_a_library_it_does_not_know() -> None:
    assert settings(framework="other").gpu_check == ""


def test_base_image_lets_pip_bring_a_version_of_which_no_image_is_known() -> None:
    assert words(ask("base-image", framework_version="2.3.1")) == (
        "set",
        "Begin the image from python:3.12-slim",
        "A plain Python; pip brings PyTorch in the version you named.",
    )
    decided = settings(framework_version="2.3.1", packages="numpy==1.26.4")
    assert decided.requirements_txt == ("torch==2.3.1", "numpy==1.26.4")
    assert decided.image_size == Size.of_gb(5)


def test_base_image_is_silent_when_an_image_is_there_already() -> None:
    assert ask("base-image", **EXISTING) is None
    assert settings(**EXISTING).image_from == ""


def test_own_variables_are_set_in_run_sh() -> None:
    assert words(ask("own-variables", environment="A=1\nGREETING=two words")) == (
        "set",
        "Set A and GREETING in run.sh",
        "You named them; nothing else of your shell's environment reaches a job.",
    )
    assert settings(environment="A=1\nGREETING=two words").environment[:2] == (
        Clause("A=1", "own-variables"),
        Clause("GREETING=two words", "own-variables"),
    )


def test_own_variables_is_silent_where_none_was_named() -> None:
    assert ask("own-variables") is None
    assert not [clause for clause in settings().environment if clause.rule == "own-variables"]


def test_caches_in_the_job_have_a_writable_place() -> None:
    assert words(ask("caches-in-the-job")) == (
        "tip",
        "Leave the lines in run.sh that point caches into the job's directory",
        "A job has no home of yours and the image is read-only: libraries find a writable place here.",
    )


def test_caches_in_the_job_always_speaks() -> None:
    assert words(ask("caches-in-the-job", gpu="no", **EXISTING)) == words(ask("caches-in-the-job"))


CONDA = "channels:\n  - conda-forge\ndependencies:\n  - python=3.12\n  - pytorch-gpu=2.8.0"
R = {"framework": "r", "gpu": "no", "packages": "dplyr==1.1.4\ndata.table"}


def test_base_image_of_conda_is_miniforge() -> None:
    assert words(ask("base-image", packages=CONDA)) == (
        "set",
        "Begin the image from condaforge/miniforge3:25.3.0-3",
        "Your packages are an environment of conda: Miniforge makes it in the image, where every job finds it without activating anything.",
    )
    decided = settings(packages=CONDA)
    assert decided.conda is not None
    assert decided.conda.packages == ("python=3.12", "pytorch-gpu=2.8.0")
    assert decided.conda_cuda == "12.9"
    assert decided.requirements_txt == ()
    assert settings(packages=CONDA, gpu="no").conda_cuda == ""


def test_base_image_of_r_is_rockers_in_exactly_that_version() -> None:
    assert words(ask("base-image", **R)) == (
        "set",
        "Begin the image from rocker/r-ver:4.5.2",
        "R in exactly that version, and packages as they were on one day.",
    )
    assert settings(**R).r_packages == ("dplyr==1.1.4", "data.table")


def test_base_image_of_an_r_of_which_no_image_is_known_stops() -> None:
    assert words(ask("base-image", framework_version="3.6.0", **R)) == (
        "stop",
        "Use R 4.5.2, 4.5.1, 4.4.1, or bring an image of your own",
        "This planner knows no image of R 3.6.0.",
    )


def test_base_image_of_tensorflow_has_a_gpu_in_its_tag_or_none() -> None:
    assert settings(framework="tensorflow").image_from == "tensorflow/tensorflow:2.21.0-gpu"
    assert words(ask("base-image", framework="tensorflow", gpu="no")) == (
        "set",
        "Begin the image from tensorflow/tensorflow:2.21.0",
        "The official image of TensorFlow without CUDA; the tag fixes every version in it.",
    )


def test_base_image_brings_the_variant_for_the_card_and_no_other_beside_it() -> None:
    decided = settings(framework="xgboost", packages="xgboost==3.4.1\nnumpy==2.3.4")
    assert decided.requirements_txt == ("xgboost-cu12==3.4.1", "numpy==2.3.4")
    assert decided.dropped_packages == ("xgboost==3.4.1",)
    assert settings(framework="jax").requirements_txt[0] == "jax[cuda12]==0.11.0"


def test_base_image_lets_pip_bring_the_variant_for_the_card_of_a_version_it_does_not_know() -> None:
    assert settings(framework="jax", framework_version="0.5.0").requirements_txt[0] == "jax[cuda12]==0.5.0"
    assert settings(framework="jax", framework_version="0.5.0", gpu="no").requirements_txt[0] == "jax==0.5.0"
    decided = settings(framework="scikit-learn", framework_version="1.5.2", gpu="no")
    assert decided.requirements_txt[0] == "scikit-learn==1.5.2"


# --- system-libraries ---


def test_system_libraries_come_with_the_image() -> None:
    assert words(ask("system-libraries", system_packages="git\nlibgl1")) == (
        "set",
        "Let apt install git and libgl1 in the image",
        "The machines of a pool differ, and a job may not install there; GLIBC comes with the image as well.",
    )


def test_system_libraries_that_a_library_needs_come_too() -> None:
    assert words(ask("system-libraries", framework="lightgbm", gpu="no", system_packages="git")) == (
        "set",
        "Let apt install git and libgomp1 in the image",
        "The machines of a pool differ, and a job may not install there; GLIBC comes with the image as well. LightGBM does not start without libgomp1.",
    )
    twice = settings(framework="lightgbm", gpu="no", system_packages="libgomp1=14.2.0-19")
    assert twice.system_packages == ("libgomp1=14.2.0-19",)
    assert ask("system-libraries", framework="lightgbm", gpu="no", packages=CONDA) is None


def test_system_libraries_is_silent_where_none_was_named() -> None:
    assert ask("system-libraries") is None


# --- threads-as-granted ---


def test_threads_as_granted_are_set_for_a_library_that_has_variables_of_its_own() -> None:
    assert words(ask("threads-as-granted", framework="tensorflow")) == (
        "tip",
        "Set TF_NUM_INTRAOP_THREADS and TF_NUM_INTEROP_THREADS to 4",
        "Left alone, TensorFlow does not read what HTCondor sets, and counts the cores of the whole machine.",
    )
    assert Clause("TF_NUM_INTRAOP_THREADS=4", "threads-as-granted") in settings(framework="tensorflow").environment


def test_threads_as_granted_are_passed_to_a_library_that_takes_them_as_an_argument() -> None:
    assert words(ask("threads-as-granted", framework="scikit-learn", gpu="no")) == (
        "tip",
        "Pass n_jobs=1 in your code and set LOKY_MAX_CPU_COUNT to 1",
        "Left alone, scikit-learn does not read what HTCondor sets, and counts the cores of the whole machine.",
    )
    advice = ask("threads-as-granted", framework="xgboost")
    assert advice
    assert advice.do == "Pass nthread=4 in your code"


def test_threads_as_granted_keep_what_you_set_yourself() -> None:
    decided = settings(framework="tensorflow", environment="TF_NUM_INTRAOP_THREADS=2")
    named = [clause.text for clause in decided.environment if "INTRAOP" in clause.text]
    assert named == ["TF_NUM_INTRAOP_THREADS=2"]


def test_threads_as_granted_are_not_fixed_by_hand() -> None:
    assert words(ask("threads-as-granted", environment="OMP_NUM_THREADS=8")) == (
        "warn",
        "Take OMP_NUM_THREADS out",
        "HTCondor sets it to the cores that the job was given, 4 here; a fixed number outlives the next change of the request.",
    )


def test_threads_as_granted_is_silent_for_a_library_that_obeys() -> None:
    assert ask("threads-as-granted") is None


# --- vllm-in-a-job ---


def test_vllm_in_a_job_sends_no_report() -> None:
    assert words(ask("vllm-in-a-job", framework="vllm")) == (
        "set",
        "Let vLLM work without its usage report",
        "It would send one over the network from every job; its caches go where run.sh points XDG_CACHE_HOME.",
    )
    assert Clause("VLLM_NO_USAGE_STATS=1", "vllm-in-a-job") in settings(framework="vllm").environment


def test_vllm_in_a_job_is_no_server() -> None:
    assert words(ask("vllm-in-a-job", framework="vllm", task_source="one", command="vllm serve my-model")) == (
        "warn",
        "Read the prompts from a file in one program, with vllm.LLM or vllm run-batch",
        "A server in a job waits for requests that never come, until the run-time limit ends it.",
    )


def test_vllm_in_a_job_is_silent_about_other_libraries() -> None:
    assert ask("vllm-in-a-job") is None
