{{- define "outrider.name" -}}
{{- if contains .Chart.Name .Release.Name }}{{ .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else }}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 63 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "outrider.selectorLabels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "outrider.labels" -}}
{{ include "outrider.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "outrider.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{/* Whether it looks at the node. */}}
{{- define "outrider.host" -}}
{{- if and .Values.host.enabled (eq .Values.kind "DaemonSet") }}true{{ end }}
{{- end }}

{{/* The configuration: what the form of deployment needs, then what the values say. */}}
{{- define "outrider.config" -}}
{{- $base := dict
  "otlp" (dict "listen" (ternary "0.0.0.0:4318" "127.0.0.1:4318" (eq .Values.kind "Deployment")) "socket" false)
  "metrics" (dict "listen" "0.0.0.0:9464")
  "tokenFile" "/run/secrets/outrider/token"
  "limits" (dict "storedBytes" 16777216)
  "log" (dict "format" "json") -}}
{{- if eq .Values.kind "Deployment" }}
{{- $name := include "outrider.name" . }}
{{- $_ := set $base "allowedHosts" (list $name (printf "%s.%s" $name .Release.Namespace) (printf "%s.%s.svc" $name .Release.Namespace) (printf "%s.%s.svc.cluster.local" $name .Release.Namespace)) }}
{{- end }}
{{- if include "outrider.host" . }}
{{- $_ := set $base "procRoot" "/host/proc" }}
{{- $_ := set $base "sysRoot" "/host/sys" }}
{{- end }}
{{- toYaml (mergeOverwrite $base (deepCopy .Values.config)) }}
{{- end }}

{{- define "outrider.confined" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{- define "outrider.healthCommand" -}}
- /nodejs/bin/node
- /app/node_modules/@outrider/cli/bin/outrider.js
- sidecar
- --health
- --config
- /etc/outrider/outrider.yaml
{{- end }}

{{/* Of a list of names of Secrets: each becomes a folder, for settings such as password: { file: /run/secrets/<name>/<key> }. */}}
{{- define "outrider.secretMounts" -}}
{{- range $index, $name := . }}
{{- if $index }}{{ "\n" }}{{ end -}}
- name: secret-{{ $name }}
  mountPath: /run/secrets/{{ $name }}
  readOnly: true
{{- end }}
{{- end }}

{{- define "outrider.secretVolumes" -}}
{{- range $index, $name := . }}
{{- if $index }}{{ "\n" }}{{ end -}}
- name: secret-{{ $name }}
  secret:
    secretName: {{ $name }}
    defaultMode: 0440
{{- end }}
{{- end }}
