// A side-loaded library
// modules, phase: c2, confidence: Medium
config case_sensitive = true timeframe = 30d
| dataset = xdr_data
| filter (event_type = ENUM.LOAD_IMAGE and (action_module_name ~= "(?is)^version\.dll$" and not ((action_module_path != null and action_module_path ~= "(?is)^C:\x5CWindows\x5C"))))
| fields _time, agent_hostname, action_module_path, actor_process_image_path
| sort desc _time
