// Article-specific behavioural hunt — ``` | delete // | drop
// behaviour, phase: c2, confidence: Medium
config case_sensitive = true timeframe = 30d
| dataset = xdr_data
| filter ((event_type = ENUM.PROCESS and event_sub_type = ENUM.PROCESS_START and (action_process_image_name ~= "(?is)^evil\.exe$" or action_process_image_path ~= "(?is)^C:\x5CProgramData\x5Cupd\x5Csvc\.exe$" or action_process_image_path ~= "(?is)\x5Cx\x5Cy\.exe$")) or (event_type = ENUM.FILE and event_sub_type in (ENUM.FILE_CREATE_NEW, ENUM.FILE_WRITE) and (action_file_name ~= "(?is)^payload\.dll$" or action_file_path ~= "(?is)^/tmp/\.x/kit$")) or (event_type = ENUM.REGISTRY and event_sub_type = ENUM.REGISTRY_SET_VALUE and ((action_registry_key_name ~= "(?is)\x5CSoftware\x5CMicrosoft\x5CWindows\x5CCurrentVersion\x5CRun$" and action_registry_value_name ~= "(?is)^Updater$") or (action_registry_key_name ~= "(?is)^HKEY_LOCAL_MACHINE" and (action_registry_key_name ~= "(?is)\x5CSYSTEM\x5CCurrentControlSet\x5CServices\x5Cevilsvc" or action_registry_key_name ~= "(?is)\x5CSYSTEM\x5CControlSet001\x5CServices\x5Cevilsvc")))))
| fields _time, agent_hostname, action_process_image_path, action_process_image_command_line, action_file_path, actor_process_image_path, actor_process_command_line, action_registry_key_name, action_registry_value_name, action_registry_data
| sort desc _time
