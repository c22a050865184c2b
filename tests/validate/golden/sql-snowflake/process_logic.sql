-- Encoded PowerShell from Office
-- process_logic, phase: c2, confidence: Medium
SELECT time_dt AS event_time, 'powershell' AS search_name, CAST(device:hostname::VARCHAR AS VARCHAR) AS host, CAST(process:file.path::VARCHAR AS VARCHAR) AS subject, CAST(process:cmd_line::VARCHAR AS VARCHAR) AS detail
FROM process_activity
WHERE time_dt >= DATEADD(SECOND, -2592000, CURRENT_TIMESTAMP()) AND activity_id = 1
  AND (LOWER(process:file.name::VARCHAR) IN ('powershell.exe', 'pwsh.exe') AND LOWER(process:parent_process.file.name::VARCHAR) IN ('winword.exe', 'excel.exe') AND ((LOWER(process:cmd_line::VARCHAR) LIKE LOWER('% -enc %') ESCAPE '!' OR LOWER(process:cmd_line::VARCHAR) LIKE LOWER('% -EncodedCommand %') ESCAPE '!') OR (LOWER(process:cmd_line::VARCHAR) LIKE LOWER('%hidden%') ESCAPE '!' AND LOWER(process:cmd_line::VARCHAR) LIKE LOWER('%bypass%') ESCAPE '!')) AND NOT COALESCE((LOWER(process:user.name::VARCHAR) LIKE LOWER('NT AUTHORITY%') ESCAPE '!' OR LOWER(process:cmd_line::VARCHAR) LIKE LOWER('%C:\\Program Files%agent_.ps1') ESCAPE '!'), FALSE))
ORDER BY event_time DESC
LIMIT 10000
