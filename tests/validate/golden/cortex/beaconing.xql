// Beaconing: periodic outbound connections to a small set of destinations
// beaconing, phase: c2, confidence: Medium
config case_sensitive = true timeframe = 1d
| dataset = xdr_data
| filter (event_type = ENUM.NETWORK and (action_remote_port = 80 or action_remote_port = 443))
| alter Timestamp = _time, SearchName = "connections", SourceIp = action_local_ip, DestinationIp = action_remote_ip, DestinationPort = action_remote_port
| windowcomp lag(Timestamp) by SourceIp, DestinationIp sort asc Timestamp as previous_time
| alter gap = timestamp_diff(Timestamp, previous_time, "SECOND")
| comp count(Timestamp) as connections, avg(gap) as mean_gap, stddev_sample(gap) as gap_deviation, values(DestinationPort) as ports by SourceIp, DestinationIp
| alter jitter = divide(gap_deviation, mean_gap)
| filter (connections > 30 and mean_gap >= 30 and mean_gap <= 600 and jitter < 0.1)
| sort desc connections
| limit 100
