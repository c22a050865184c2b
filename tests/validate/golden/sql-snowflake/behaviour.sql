-- Article-specific behavioural hunt — ``` | delete // | drop
-- behaviour, phase: c2, confidence: Medium
SELECT time_dt AS event_time, 'processes' AS search_name, CAST(device:hostname::VARCHAR AS VARCHAR) AS host, CAST(process:file.path::VARCHAR AS VARCHAR) AS subject, CAST(process:cmd_line::VARCHAR AS VARCHAR) AS detail
FROM process_activity
WHERE time_dt >= DATEADD(SECOND, -2592000, CURRENT_TIMESTAMP()) AND activity_id = 1
  AND (LOWER(process:file.name::VARCHAR) = LOWER('evil.exe') OR LOWER(process:file.path::VARCHAR) = LOWER('C:\\ProgramData\\upd\\svc.exe') OR LOWER(process:file.path::VARCHAR) LIKE LOWER('%\\x\\y.exe') ESCAPE '!')
UNION ALL
SELECT time_dt AS event_time, 'files' AS search_name, CAST(device:hostname::VARCHAR AS VARCHAR) AS host, CAST(file:path::VARCHAR AS VARCHAR) AS subject, CAST(actor:process.cmd_line::VARCHAR AS VARCHAR) AS detail
FROM file_activity
WHERE time_dt >= DATEADD(SECOND, -2592000, CURRENT_TIMESTAMP()) AND activity_id IN (1, 3)
  AND (LOWER(file:name::VARCHAR) = LOWER('payload.dll') OR LOWER(file:path::VARCHAR) = LOWER('/tmp/.x/kit'))
UNION ALL
SELECT time_dt AS event_time, 'keys' AS search_name, CAST(device:hostname::VARCHAR AS VARCHAR) AS host, CAST(reg_value:path::VARCHAR AS VARCHAR) AS subject, CAST(actor:process.cmd_line::VARCHAR AS VARCHAR) AS detail
FROM registry_value_activity
WHERE time_dt >= DATEADD(SECOND, -2592000, CURRENT_TIMESTAMP()) AND activity_id IN (2, 3)
  AND ((LOWER(reg_value:path::VARCHAR) LIKE LOWER('%\\Software\\Microsoft\\Windows\\CurrentVersion\\Run') ESCAPE '!' AND LOWER(reg_value:name::VARCHAR) = LOWER('Updater')) OR (LOWER(reg_value:path::VARCHAR) LIKE LOWER('%\\SYSTEM\\CurrentControlSet\\Services\\evilsvc\\%') ESCAPE '!' OR LOWER(reg_value:path::VARCHAR) LIKE LOWER('%\\SYSTEM\\ControlSet001\\Services\\evilsvc\\%') ESCAPE '!') OR (LOWER(reg_value:path::VARCHAR) LIKE LOWER('%\\SYSTEM\\CurrentControlSet\\Services\\evilsvc') ESCAPE '!' OR LOWER(reg_value:path::VARCHAR) LIKE LOWER('%\\SYSTEM\\ControlSet001\\Services\\evilsvc') ESCAPE '!'))
ORDER BY event_time DESC
LIMIT 10000
