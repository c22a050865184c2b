// Computers that start a tool most often, hour by hour
// busiest, phase: c2, confidence: Medium
config case_sensitive = true timeframe = 30d
| dataset = xdr_data
| filter (event_type = ENUM.PROCESS and event_sub_type = ENUM.PROCESS_START and action_process_image_name ~= "(?is)^tool\.exe$")
| alter Timestamp = _time, SearchName = "starts", Computer = agent_hostname
| alter Bucket = Timestamp
| bin Bucket span = 1h
| comp count(Timestamp) as starts by Computer, Bucket
| alter Timestamp = Bucket
| filter starts >= 5
| sort desc starts
| limit 50
