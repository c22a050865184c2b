// Encoded PowerShell from Office
// process_logic, phase: c2, confidence: Medium
config case_sensitive = true timeframe = 30d
| dataset = xdr_data
| filter (event_type = ENUM.PROCESS and event_sub_type = ENUM.PROCESS_START and ((action_process_image_name ~= "(?is)^powershell\.exe$" or action_process_image_name ~= "(?is)^pwsh\.exe$") and (actor_process_image_name ~= "(?is)^winword\.exe$" or actor_process_image_name ~= "(?is)^excel\.exe$") and ((action_process_image_command_line ~= "(?is) -enc " or action_process_image_command_line ~= "(?is) -EncodedCommand ") or (action_process_image_command_line ~= "(?is)hidden" and action_process_image_command_line ~= "(?is)bypass")) and not (((action_process_username != null and action_process_username ~= "(?is)^NT AUTHORITY") or (action_process_image_command_line != null and action_process_image_command_line ~= "(?is)^.*C:\x5CProgram Files.*agent.\.ps1$")))))
| fields _time, agent_hostname, action_process_image_path, action_process_image_command_line
| sort desc _time
