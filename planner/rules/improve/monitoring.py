"""Monitoring: see how jobs are doing, without leaking a key."""

from planner.facts.frameworks import frameworks
from planner.rules.base import Case, Verdict, rule


@rule(sources=("condor-tail", "condor-jobs"), adds_to=("environment",))
def watch_the_log(case: Case) -> Verdict | None:
    """Watch the log, not the queue

    condor_watch_q reads the job's own log and costs the access point nothing; condor_q in a loop asks the scheduler
    that serves everybody. Output reaches you when the job ends; condor_tail shows its last lines before that, if the
    program does not hold them back.
    """
    watch = "Watch with condor_watch_q, and look inside with condor_tail"
    if frameworks()[case.answers.framework].language != "python":
        return case.tip(watch, because="They read the job's own log and files, and ask nothing of the scheduler.")
    return case.tip(
        watch,
        because="Python holds its output back when it writes to a file; run.sh tells it not to.",
        environment=case.clause("PYTHONUNBUFFERED=1"),
    )


@rule(sources=("wandb-offline",), decides=("wandb",), adds_to=("environment", "private_files"))
def weights_and_biases(case: Case) -> Verdict | None:
    """Keep the key of Weights & Biases out of every file that others can read

    A key in the submit description, in arguments or in the environment it sets stands in the job's record, which every
    user of the pool can list; in the image it goes wherever the image goes. Offline, a job needs no key at all: its
    records come back with the results and are sent from a machine that you trust. Online, the key travels in a file
    that only you can read, and only the program's own process gets it.
    """
    match case.answers.monitoring:
        case "wandb-offline":
            return case.set(
                "Record offline, and send the runs afterwards",
                because="No job needs the key then; `wandb sync` sends what came back with the results.",
                wandb="offline",
                environment=(*case.clause("WANDB_MODE=offline"), *case.clause("WANDB_DIR=.")),
            )
        case "wandb-online":
            secrets = case.pool.secrets
            rule_of_pool = f" The pool says: {secrets}. Ask, or record offline." if secrets else ""
            return case.warn(
                "Put the key into wandb.key, readable by you alone, and nowhere else",
                because="It is transferred as a file and given to your program only. Whether machines of the pool reach "
                f"the internet is not published: test it with one job.{rule_of_pool}",
                wandb="online",
                environment=case.clause("WANDB_DIR=."),
                private_files=case.clause("wandb.key"),
            )
        case _:
            return None


@rule(sources=("pytorch-tensorboard", "condor-files"))
def tensorboard_files(case: Case) -> Verdict | None:
    """Bring TensorBoard's files back, and look at them at home

    No port of a job can be reached from outside, so TensorBoard does not run in the job. Its event files come back with
    the results.
    """
    if case.answers.monitoring != "tensorboard":
        return None
    return case.tip(
        "Write TensorBoard's files below a folder that comes back, and start TensorBoard on your own machine",
        because=f"You bring back {', '.join(case.answers.outputs)}: let the log folder lie in there.",
    )
