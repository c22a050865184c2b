// A tool that runs and a call to its server, on one computer
// run_and_call, phase: c2, confidence: Medium
config case_sensitive = true timeframe = 30d
| dataset = xdr_data
| filter (event_type = ENUM.PROCESS and event_sub_type = ENUM.PROCESS_START and action_process_image_name ~= "(?is)^tool\.exe$")
| alter Timestamp = _time, SearchName = "started", computer = agent_hostname
| union (dataset = xdr_data
| filter (event_type = ENUM.NETWORK and action_remote_ip ~= "(?is)^203\.0\.113\.9$")
| alter Timestamp = _time, SearchName = "called", computer = agent_hostname)
| alter Bucket = Timestamp
| bin Bucket span = 15m
| comp count_distinct(SearchName) as value, min(Timestamp) as FirstSeen, max(Timestamp) as LastSeen by computer, Bucket
| alter Timestamp = Bucket
| filter value = 2
