#!/bin/bash
{{ head("says whether the whole workflow succeeded: workflow-ended.sh STATUS-OF-THE-REST RESULT-OF-COLLECT") }}
#
# DAGMan runs it on the access point when the last step has ended. Without it the workflow would
# count as done although tasks failed. [collect-results]
if [[ ${1:-1} != 0 ]]; then exit 1; fi
exit "${2:-1}"
