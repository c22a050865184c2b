-- A side-loaded library
-- modules, phase: c2, confidence: Medium
SELECT time_dt AS event_time, 'modules' AS search_name, CAST("device"."hostname" AS VARCHAR) AS host, CAST("module"."file"."path" AS VARCHAR) AS subject, CAST("actor"."process"."cmd_line" AS VARCHAR) AS detail
FROM module_activity
WHERE time_dt >= now() - INTERVAL 2592000 SECOND AND activity_id = 1
  AND (LOWER("module"."file"."name") = LOWER('version.dll') AND NOT COALESCE(LOWER("module"."file"."path") LIKE LOWER('C:\\\\Windows\\\\%'), FALSE))
ORDER BY event_time DESC
LIMIT 10000
