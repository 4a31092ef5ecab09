{{/*
A sidecar beside your application: for charts that have this one as a dependency, with the value kind: None (examples/helm/shop
is such a chart). outrider.sidecar and outrider.sidecar.volumes take a dict:
  image       outrider:0.1.0
  configMap   name of a ConfigMap with outrider.yaml (outrider.sidecar.config makes its content)
  secret      name of the Secret with the token, under the key "token"
  secrets     names of further Secrets, each mounted as /run/secrets/<name>; none by default
  resources   of the container; 128Mi by default

  spec:
    securityContext: {{- include "outrider.sidecar.podSecurityContext" . | nindent 6 }}
    initContainers: {{- include "outrider.sidecar" $outrider | nindent 6 }}
    containers:
      - name: app
        env: {{- include "outrider.sidecar.env" . | nindent 10 }}
        volumeMounts: {{- include "outrider.sidecar.volumeMounts" . | nindent 10 }}
    volumes: {{- include "outrider.sidecar.volumes" $outrider | nindent 6 }}
*/}}
{{- define "outrider.sidecar" -}}
- name: outrider
  image: {{ .image }}
  restartPolicy: Always
  args: [sidecar, --config, /etc/outrider/outrider.yaml]
  env:
    - name: OUTRIDER_INSTANCE
      valueFrom:
        fieldRef:
          fieldPath: metadata.name
  ports:
    - name: outrider
      containerPort: 9464
  startupProbe:
    exec:
      command:
        {{- include "outrider.healthCommand" . | nindent 8 }}
    periodSeconds: 1
    timeoutSeconds: 3
    failureThreshold: 30
  livenessProbe:
    exec:
      command:
        {{- include "outrider.healthCommand" . | nindent 8 }}
    periodSeconds: 30
    timeoutSeconds: 5
  resources:
    {{- if .resources }}
    {{- toYaml .resources | nindent 4 }}
    {{- else }}
    requests:
      cpu: 10m
      memory: 96Mi
    limits:
      memory: 128Mi
    {{- end }}
  securityContext:
    {{- include "outrider.confined" . | nindent 4 }}
  volumeMounts:
    - name: outrider-config
      mountPath: /etc/outrider
      readOnly: true
    - name: outrider-token
      mountPath: /run/secrets/outrider
      readOnly: true
    - name: outrider-state
      mountPath: /var/lib/outrider
    {{- with .secrets }}
    {{- include "outrider.secretMounts" . | nindent 4 }}
    {{- end }}
    {{- include "outrider.sidecar.volumeMounts" . | nindent 4 }}
{{- end }}

{{/* The content of outrider.yaml. */}}
{{- define "outrider.sidecar.config" -}}
otlp:
  listen: 127.0.0.1:4318
  socket: /run/outrider/otlp.sock
metrics:
  listen: 0.0.0.0:9464
tokenFile: /run/secrets/outrider/token
limits:
  # The container has 128 MiB: docs/guide/limits.md.
  storedBytes: 16777216
log:
  format: json
{{- end }}

{{/* One user for the pod: nobody else may open the socket. */}}
{{- define "outrider.sidecar.podSecurityContext" -}}
runAsNonRoot: true
runAsUser: 65532
runAsGroup: 65532
fsGroup: 65532
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{/* Of the application's container. */}}
{{- define "outrider.sidecar.env" -}}
- name: OUTRIDER_SOCKET
  value: /run/outrider/otlp.sock
{{- end }}

{{/* Of the application's container. */}}
{{- define "outrider.sidecar.volumeMounts" -}}
- name: outrider-socket
  mountPath: /run/outrider
{{- end }}

{{- define "outrider.sidecar.volumes" -}}
- name: outrider-config
  configMap:
    name: {{ .configMap }}
- name: outrider-token
  secret:
    secretName: {{ .secret }}
    defaultMode: 0440
- name: outrider-socket
  emptyDir:
    medium: Memory
    sizeLimit: 1Mi
- name: outrider-state
  emptyDir:
    sizeLimit: 300Mi
{{- with .secrets }}
{{ include "outrider.secretVolumes" . }}
{{- end }}
{{- end }}
