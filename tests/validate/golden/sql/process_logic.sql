-- Encoded PowerShell from Office
-- process_logic, phase: c2, confidence: Medium
SELECT time_dt AS event_time, 'powershell' AS search_name, CAST("device"."hostname" AS VARCHAR) AS host, CAST("process"."file"."path" AS VARCHAR) AS subject, CAST("process"."cmd_line" AS VARCHAR) AS detail
FROM process_activity
WHERE time_dt >= CURRENT_TIMESTAMP - INTERVAL '2592000' SECOND AND activity_id = 1
  AND (LOWER("process"."file"."name") IN ('powershell.exe', 'pwsh.exe') AND LOWER("process"."parent_process"."file"."name") IN ('winword.exe', 'excel.exe') AND ((LOWER("process"."cmd_line") LIKE LOWER('% -enc %') ESCAPE '!' OR LOWER("process"."cmd_line") LIKE LOWER('% -EncodedCommand %') ESCAPE '!') OR (LOWER("process"."cmd_line") LIKE LOWER('%hidden%') ESCAPE '!' AND LOWER("process"."cmd_line") LIKE LOWER('%bypass%') ESCAPE '!')) AND NOT COALESCE((LOWER("process"."user"."name") LIKE LOWER('NT AUTHORITY%') ESCAPE '!' OR LOWER("process"."cmd_line") LIKE LOWER('%C:\Program Files%agent_.ps1') ESCAPE '!'), FALSE))
ORDER BY event_time DESC
LIMIT 10000
