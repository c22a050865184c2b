-- Network indicator hunt — example
-- network, phase: c2, confidence: Medium
SELECT time_dt AS event_time, 'connections' AS search_name, CAST("src_endpoint"."ip" AS VARCHAR) AS host, CAST("dst_endpoint"."ip" AS VARCHAR) AS subject, CAST("dst_endpoint"."hostname" AS VARCHAR) AS detail
FROM network_activity
WHERE time_dt >= now() - INTERVAL 2592000 SECOND
  AND (LOWER("dst_endpoint"."ip") IN ('203.0.113.7', '2001:db8::1') OR (isIPAddressInRange("dst_endpoint"."ip", '198.51.100.0/24') OR isIPAddressInRange("dst_endpoint"."ip", '2001:db8:1::/48')))
UNION ALL
SELECT time_dt AS event_time, 'names' AS search_name, CAST("src_endpoint"."ip" AS VARCHAR) AS host, CAST("query"."hostname" AS VARCHAR) AS subject, CAST("rcode" AS VARCHAR) AS detail
FROM dns_activity
WHERE time_dt >= now() - INTERVAL 2592000 SECOND
  AND (LOWER("query"."hostname") IN ('evil.example', 'xn--bcher-kva.example', 'bücher.example') OR (LOWER("query"."hostname") LIKE LOWER('%.evil.example') OR LOWER("query"."hostname") LIKE LOWER('%.xn--bcher-kva.example') OR LOWER("query"."hostname") LIKE LOWER('%.bücher.example')))
UNION ALL
SELECT time_dt AS event_time, 'requests' AS search_name, CAST("src_endpoint"."ip" AS VARCHAR) AS host, CAST("http_request"."url"."url_string" AS VARCHAR) AS subject, CAST("http_request"."user_agent" AS VARCHAR) AS detail
FROM http_activity
WHERE time_dt >= now() - INTERVAL 2592000 SECOND
  AND (LOWER("http_request"."url"."hostname") = LOWER('evil.example') OR LOWER("http_request"."url"."hostname") LIKE LOWER('%.evil.example') OR LOWER("http_request"."url"."url_string") IN ('https://evil.example/a/b.php?x=1', 'evil.example/a/b.php?x=1', 'http://198.51.100.9/', '198.51.100.9/', 'http://198.51.100.9', '198.51.100.9'))
ORDER BY event_time DESC
LIMIT 10000
