{{/* For every pod of the chart: nobody's user, no way to become another. 10001 is the image's own. */}}
{{- define "talk.podSecurity" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
fsGroup: 10001
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- define "talk.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
capabilities:
  drop: [ALL]
{{- end }}

{{/* The only place that can be written to. */}}
{{- define "talk.volumes" -}}
- name: tmp
  emptyDir:
    sizeLimit: 64Mi
{{- with .Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "talk.volumeMounts" -}}
- name: tmp
  mountPath: /tmp
{{- with .Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Where pods may run, for the replicas and the migration alike. */}}
{{- define "talk.placement" -}}
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- end }}

{{/* Kubernetes sleeps by itself from 1.30 on; before that the image's own program does. */}}
{{- define "talk.preStop" -}}
{{- if semverCompare ">=1.30.0-0" .Capabilities.KubeVersion.Version -}}
sleep:
  seconds: {{ .Values.shutdown.preStopSeconds }}
{{- else -}}
exec:
  command: [sleep, {{ .Values.shutdown.preStopSeconds | quote }}]
{{- end -}}
{{- end }}

{{- define "talk.terminationGrace" -}}
{{- add .Values.shutdown.preStopSeconds (include "talk.seconds" .Values.shutdown.grace) 10 -}}
{{- end }}

{{/* Says in one sentence what is missing or does not go together, before anything is made. */}}
{{- define "talk.check" -}}
{{- if not (or .Values.database.url .Values.database.existingSecret) -}}
{{- fail "database.url or database.existingSecret is required: Talk brings no PostgreSQL of its own" -}}
{{- end -}}
{{- if not (or (include "talk.hasJwtSecret" .) .Values.auth.jwksUrl) -}}
{{- fail "auth.jwtSecret, auth.existingSecret or auth.jwksUrl is required: nobody's token could be verified" -}}
{{- end -}}
{{- if and .Values.auth.jwksUrl (not (and .Values.auth.jwtIssuer .Values.auth.jwtAudience)) -}}
{{- fail "auth.jwtIssuer and auth.jwtAudience are required with auth.jwksUrl" -}}
{{- end -}}
{{- if and (not (include "talk.hasRedis" .)) (or .Values.autoscaling.enabled (gt (int .Values.replicaCount) 1)) -}}
{{- fail "redis.url or redis.existingSecret is required with more than one replica; or set replicaCount to 1" -}}
{{- end -}}
{{- if and .Values.autoscaling.enabled (gt (int .Values.autoscaling.minReplicas) (int .Values.autoscaling.maxReplicas)) -}}
{{- fail "autoscaling.minReplicas must not be more than autoscaling.maxReplicas" -}}
{{- end -}}
{{- if and .Values.autoscaling.enabled (not (or .Values.autoscaling.targetCPU .Values.autoscaling.targetSockets)) -}}
{{- fail "autoscaling needs autoscaling.targetCPU or autoscaling.targetSockets" -}}
{{- end -}}
{{- if and .Values.httpRoute.enabled (not .Values.httpRoute.parentRefs) -}}
{{- fail "httpRoute.parentRefs must name the Gateway that the route belongs to" -}}
{{- end -}}
{{- if gt (int (include "talk.seconds" .Values.shutdown.delay)) (int (include "talk.seconds" .Values.shutdown.grace)) -}}
{{- fail "shutdown.delay must not be longer than shutdown.grace" -}}
{{- end -}}
{{- end }}
