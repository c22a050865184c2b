// One computer that talks to many others
// fan_out, phase: c2, confidence: Medium
config case_sensitive = true timeframe = 30d
| dataset = xdr_data
| filter (event_type = ENUM.NETWORK and action_remote_port = 445)
| alter Timestamp = _time, SearchName = "connections", computer = agent_hostname, DestinationIp = action_remote_ip
| alter Bucket = Timestamp
| bin Bucket span = 10m
| comp count_distinct(DestinationIp) as value, min(Timestamp) as FirstSeen, max(Timestamp) as LastSeen by computer, Bucket
| alter Timestamp = Bucket
| filter value > 20
