// Users most of whose commands are encoded
// share, phase: c2, confidence: Medium
config case_sensitive = true timeframe = 30d
| dataset = xdr_data
| filter (event_type = ENUM.PROCESS and event_sub_type = ENUM.PROCESS_START and action_process_image_name ~= "(?is)^powershell\.exe$")
| alter Timestamp = _time, SearchName = "starts", User = action_process_username, CommandLine = action_process_image_command_line, Computer = agent_hostname
| alter Bucket = Timestamp
| bin Bucket span = 1d
| alter only_0 = if(CommandLine ~= "(?is)-enc", Timestamp, null)
| alter only_2 = if(CommandLine ~= "(?is)-enc", Computer, null)
| comp count(only_0) as encoded, count_distinct(Computer) as computers, count_distinct(only_2) as odd, count(Timestamp) as every by User, Bucket
| alter Timestamp = Bucket
| alter share = divide(encoded, every)
| filter share > 0.5
| sort desc share
| limit 20
