"""`screener export`: the self-check as files, for where there is no server of ours."""
