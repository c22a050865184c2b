// A file written and run on one computer
// drop_and_run, phase: c2, confidence: Medium
config case_sensitive = true timeframe = 30d
| dataset = xdr_data
| filter (event_type = ENUM.FILE and event_sub_type in (ENUM.FILE_CREATE_NEW, ENUM.FILE_WRITE) and action_file_name ~= "(?is)^evil\.exe$")
| alter Timestamp = _time, SearchName = "written", host = agent_hostname
| union (dataset = xdr_data
| filter (event_type = ENUM.PROCESS and event_sub_type = ENUM.PROCESS_START and action_process_image_name ~= "(?is)^evil\.exe$")
| alter Timestamp = _time, SearchName = "started", host = agent_hostname)
| alter Bucket = Timestamp
| bin Bucket span = 10m
| alter only_0 = if(SearchName = "written", Timestamp, null)
| alter only_1 = if(SearchName = "started", Timestamp, null)
| comp min(only_0) as EarlierTime, max(only_1) as LaterTime, min(Timestamp) as FirstSeen, max(Timestamp) as LastSeen by host, Bucket
| alter Timestamp = Bucket
| filter EarlierTime <= LaterTime
