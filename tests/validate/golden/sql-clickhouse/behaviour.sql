-- Article-specific behavioural hunt — ``` | delete // | drop
-- behaviour, phase: c2, confidence: Medium
SELECT time_dt AS event_time, 'processes' AS search_name, CAST("device"."hostname" AS VARCHAR) AS host, CAST("process"."file"."path" AS VARCHAR) AS subject, CAST("process"."cmd_line" AS VARCHAR) AS detail
FROM process_activity
WHERE time_dt >= now() - INTERVAL 2592000 SECOND AND activity_id = 1
  AND (LOWER("process"."file"."name") = LOWER('evil.exe') OR LOWER("process"."file"."path") = LOWER('C:\\ProgramData\\upd\\svc.exe') OR LOWER("process"."file"."path") LIKE LOWER('%\\\\x\\\\y.exe'))
UNION ALL
SELECT time_dt AS event_time, 'files' AS search_name, CAST("device"."hostname" AS VARCHAR) AS host, CAST("file"."path" AS VARCHAR) AS subject, CAST("actor"."process"."cmd_line" AS VARCHAR) AS detail
FROM file_activity
WHERE time_dt >= now() - INTERVAL 2592000 SECOND AND activity_id IN (1, 3)
  AND (LOWER("file"."name") = LOWER('payload.dll') OR LOWER("file"."path") = LOWER('/tmp/.x/kit'))
UNION ALL
SELECT time_dt AS event_time, 'keys' AS search_name, CAST("device"."hostname" AS VARCHAR) AS host, CAST("reg_value"."path" AS VARCHAR) AS subject, CAST("actor"."process"."cmd_line" AS VARCHAR) AS detail
FROM registry_value_activity
WHERE time_dt >= now() - INTERVAL 2592000 SECOND AND activity_id IN (2, 3)
  AND ((LOWER("reg_value"."path") LIKE LOWER('%\\\\Software\\\\Microsoft\\\\Windows\\\\CurrentVersion\\\\Run') AND LOWER("reg_value"."name") = LOWER('Updater')) OR (LOWER("reg_value"."path") LIKE LOWER('%\\\\SYSTEM\\\\CurrentControlSet\\\\Services\\\\evilsvc\\\\%') OR LOWER("reg_value"."path") LIKE LOWER('%\\\\SYSTEM\\\\ControlSet001\\\\Services\\\\evilsvc\\\\%')) OR (LOWER("reg_value"."path") LIKE LOWER('%\\\\SYSTEM\\\\CurrentControlSet\\\\Services\\\\evilsvc') OR LOWER("reg_value"."path") LIKE LOWER('%\\\\SYSTEM\\\\ControlSet001\\\\Services\\\\evilsvc')))
ORDER BY event_time DESC
LIMIT 10000
