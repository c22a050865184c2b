-- A side-loaded library
-- modules, phase: c2, confidence: Medium
SELECT time_dt AS event_time, 'modules' AS search_name, CAST(device:hostname::VARCHAR AS VARCHAR) AS host, CAST(module:file.path::VARCHAR AS VARCHAR) AS subject, CAST(actor:process.cmd_line::VARCHAR AS VARCHAR) AS detail
FROM module_activity
WHERE time_dt >= DATEADD(SECOND, -2592000, CURRENT_TIMESTAMP()) AND activity_id = 1
  AND (LOWER(module:file.name::VARCHAR) = LOWER('version.dll') AND NOT COALESCE(LOWER(module:file.path::VARCHAR) LIKE LOWER('C:\\Windows\\%') ESCAPE '!', FALSE))
ORDER BY event_time DESC
LIMIT 10000
