#!/bin/bash
# workflow-ended.sh: says whether the whole workflow succeeded: workflow-ended.sh
# STATUS-OF-THE-REST RESULT-OF-COLLECT
# Made by htc-planner 0.1.0 for CHTC, Madison; newest source read 2026-11-23. Make it again
# with: planner plan answers.toml --out FOLDER
#
# DAGMan runs it on the access point when the last step has ended. Without it the workflow would
# count as done although tasks failed. [collect-results]
if [[ ${1:-1} != 0 ]]; then exit 1; fi
exit "${2:-1}"
