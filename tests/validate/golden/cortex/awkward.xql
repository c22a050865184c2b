// Values that need care
// awkward, phase: c2, confidence: Medium
config case_sensitive = true timeframe = 30d
| dataset = xdr_data
| filter (event_type = ENUM.PROCESS and event_sub_type = ENUM.PROCESS_START and ((action_process_image_command_line ~= "(?is)^\x22\|outputlookup\x22x\.csv$" or lowercase(action_process_image_command_line) = lowercase(actor_process_command_line)) or (action_process_image_command_line ~= "(?is)a\x2Ab\?c" or action_process_image_command_line ~= "(?is)back\x60tick\x60\x60\x60 \| delete" or action_process_image_command_line ~= "(?is)\x27 OR 1=1 --" or action_process_image_command_line ~= "(?is)line\x{A}break\x{D}\x{9}tab\x{0}nul\x{202E}bidi😀") or action_process_image_command_line ~= "(?is)trailing\x5C$" or action_process_image_command_line ~= "(?is)(?:^|[^\pL\pN_])whoami(?:$|[^\pL\pN_])" or action_process_image_command_line ~= "(?:cmd|powershell)\.exe\s+\x22/c\x60" or action_process_image_command_line ~= "(?s)^CaseMatters$" or action_process_image_command_line = null or action_process_os_pid = 4))
| fields _time, agent_hostname, action_process_image_path, action_process_image_command_line
| sort desc _time
