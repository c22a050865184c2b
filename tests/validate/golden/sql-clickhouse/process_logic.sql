-- Encoded PowerShell from Office
-- process_logic, phase: c2, confidence: Medium
SELECT time_dt AS event_time, 'powershell' AS search_name, CAST("device"."hostname" AS VARCHAR) AS host, CAST("process"."file"."path" AS VARCHAR) AS subject, CAST("process"."cmd_line" AS VARCHAR) AS detail
FROM process_activity
WHERE time_dt >= now() - INTERVAL 2592000 SECOND AND activity_id = 1
  AND (LOWER("process"."file"."name") IN ('powershell.exe', 'pwsh.exe') AND LOWER("process"."parent_process"."file"."name") IN ('winword.exe', 'excel.exe') AND ((LOWER("process"."cmd_line") LIKE LOWER('% -enc %') OR LOWER("process"."cmd_line") LIKE LOWER('% -EncodedCommand %')) OR (LOWER("process"."cmd_line") LIKE LOWER('%hidden%') AND LOWER("process"."cmd_line") LIKE LOWER('%bypass%'))) AND NOT COALESCE((LOWER("process"."user"."name") LIKE LOWER('NT AUTHORITY%') OR LOWER("process"."cmd_line") LIKE LOWER('%C:\\\\Program Files%agent_.ps1')), FALSE))
ORDER BY event_time DESC
LIMIT 10000
