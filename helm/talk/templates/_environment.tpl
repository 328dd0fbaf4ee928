{{/* A time as Talk's settings have it (500ms, 20s, 1m) in whole seconds, rounded up. */}}
{{- define "talk.seconds" -}}
{{- $number := regexFind "^[0-9]+" . | int64 -}}
{{- $unit := regexFind "[a-z]+$" . -}}
{{- if eq $unit "ms" -}}
{{- div (add $number 999) 1000 -}}
{{- else -}}
{{- mul $number (get (dict "s" 1 "m" 60 "h" 3600 "d" 86400) $unit) -}}
{{- end -}}
{{- end }}

{{/* A value as the text of a variable; Helm reads numbers as floats, and would print large ones as 1e+06. */}}
{{- define "talk.text" -}}
{{- if kindIs "float64" . }}{{ int64 . }}{{ else }}{{ . }}{{ end -}}
{{- end }}

{{/* One variable out of a Secret: (dict "name" … "secret" … "key" …) */}}
{{- define "talk.secretVariable" -}}
- name: {{ .name }}
  valueFrom:
    secretKeyRef:
      name: {{ .secret }}
      key: {{ .key }}
{{- end }}

{{/* Where one part of the values keeps its secret: (dict "root" $ "part" "database" "key" "database-url") */}}
{{- define "talk.secretOf" -}}
{{- $part := get .root.Values .part -}}
{{- if $part.existingSecret -}}
{{- dict "secret" $part.existingSecret "key" $part.existingSecretKey | toJson -}}
{{- else -}}
{{- dict "secret" (include "talk.fullname" .root) "key" .key | toJson -}}
{{- end -}}
{{- end }}

{{- define "talk.hasRedis" -}}
{{- if or .Values.redis.url .Values.redis.existingSecret }}true{{ end -}}
{{- end }}

{{- define "talk.hasJwtSecret" -}}
{{- if or .Values.auth.jwtSecret .Values.auth.existingSecret }}true{{ end -}}
{{- end }}

{{/* The proxies whose word on where a call comes from counts. */}}
{{- define "talk.trustProxy" -}}
{{- if .Values.trustProxy -}}
{{- include "talk.text" .Values.trustProxy -}}
{{- else if .Values.settings.TRUST_PROXY -}}
{{- include "talk.text" .Values.settings.TRUST_PROXY -}}
{{- else if or .Values.ingress.enabled .Values.httpRoute.enabled -}}
1
{{- end -}}
{{- end }}

{{/* All that a replica is told. */}}
{{- define "talk.environment" -}}
{{- $database := include "talk.secretOf" (dict "root" . "part" "database" "key" "database-url") | fromJson -}}
{{- include "talk.secretVariable" (merge (dict "name" "DATABASE_URL") $database) }}
{{- if include "talk.hasRedis" . }}
{{- $redis := include "talk.secretOf" (dict "root" . "part" "redis" "key" "redis-url") | fromJson }}
{{ include "talk.secretVariable" (merge (dict "name" "REDIS_URL") $redis) }}
{{- end }}
{{- if include "talk.hasJwtSecret" . }}
{{- $jwt := include "talk.secretOf" (dict "root" . "part" "auth" "key" "jwt-secret") | fromJson }}
{{ include "talk.secretVariable" (merge (dict "name" "JWT_SECRET") $jwt) }}
{{- end }}
{{- $named := dict
  "PORT" .Values.port
  "METRICS_PORT" .Values.metricsPort
  "DATABASE_POOL" .Values.database.pool
  "REDIS_PREFIX" .Values.redis.prefix
  "JWKS_URL" .Values.auth.jwksUrl
  "JWT_ISSUER" .Values.auth.jwtIssuer
  "JWT_AUDIENCE" .Values.auth.jwtAudience
  "LOG_LEVEL" .Values.logLevel
  "RATE_LIMIT" .Values.rateLimit
  "MAX_PARTICIPANTS" .Values.maxParticipants
  "EVENT_RETENTION" .Values.eventRetention
  "TRUST_PROXY" (include "talk.trustProxy" .)
  "SHUTDOWN_DELAY" .Values.shutdown.delay
  "SHUTDOWN_GRACE" .Values.shutdown.grace
  "OTEL_EXPORTER_OTLP_ENDPOINT" .Values.tracing.endpoint }}
{{- range $name, $value := merge $named .Values.settings }}
{{- $text := include "talk.text" $value }}
{{- if $text }}
- name: {{ $name }}
  value: {{ $text | quote }}
{{- end }}
{{- end }}
{{- with .Values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* What the migration is told: the database, and how long to wait for it. */}}
{{- define "talk.migrationEnvironment" -}}
{{- $secret := include "talk.secretOf" (dict "root" . "part" "database" "key" "database-url") | fromJson -}}
{{- if .Values.migration.existingSecret -}}
{{- $secret = dict "secret" .Values.migration.existingSecret "key" .Values.migration.existingSecretKey -}}
{{- else if include "talk.migrationUrl" . -}}
{{- $secret = dict "secret" (printf "%s-migrate" (include "talk.fullname" .)) "key" "database-url" -}}
{{- end -}}
{{- include "talk.secretVariable" (merge (dict "name" "DATABASE_URL") $secret) }}
{{- range $name, $value := .Values.settings }}
{{- if hasPrefix "DATABASE_" $name }}
- name: {{ $name }}
  value: {{ include "talk.text" $value | quote }}
{{- end }}
{{- end }}
{{- with .Values.extraEnv }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* What the migration's own Secret holds; nothing where it uses one of yours. */}}
{{- define "talk.migrationUrl" -}}
{{- if not .Values.migration.existingSecret -}}
{{- if .Values.migration.url -}}
{{- .Values.migration.url -}}
{{- else if not .Values.database.existingSecret -}}
{{- .Values.database.url -}}
{{- end -}}
{{- end -}}
{{- end }}
