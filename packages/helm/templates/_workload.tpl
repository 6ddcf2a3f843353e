{{/*
Deployment and service of a component; takes (dict "root" $ "component" "api" "port" 8000), where port is the container's, with "env" for
what the chart itself sets, and for a component that keeps a file
"data" with the folder. Probes ask /health.
*/}}
{{- define "tideplan.workload" -}}
{{- $values := index .root.Values .component -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "tideplan.name" . }}
  labels:
    {{- include "tideplan.labels" . | nindent 4 }}
spec:
  replicas: {{ $values.replicas }}
  {{- if .data }}
  # Two pods cannot write one file.
  strategy:
    type: Recreate
  {{- end }}
  selector:
    matchLabels:
      {{- include "tideplan.selector" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "tideplan.labels" . | nindent 8 }}
    spec:
      automountServiceAccountToken: false
      {{- with .root.Values.imagePullSecrets }}
      imagePullSecrets:
        {{- toYaml . | nindent 8 }}
      {{- end }}
      securityContext:
        runAsNonRoot: true
        {{- if .data }}
        fsGroup: 10001
        {{- end }}
        seccompProfile:
          type: RuntimeDefault
      containers:
        - name: {{ .component }}
          image: {{ printf "%s:%s" $values.image.repository ($values.image.tag | default .root.Chart.AppVersion) | quote }}
          imagePullPolicy: {{ $values.image.pullPolicy }}
          securityContext:
            allowPrivilegeEscalation: false
            capabilities:
              drop: [ALL]
          {{- with concat (.env | default list) $values.env }}
          env:
            {{- toYaml . | nindent 12 }}
          {{- end }}
          ports:
            - name: http
              containerPort: {{ .port }}
          startupProbe:
            httpGet:
              path: /health
              port: http
            periodSeconds: 2
            failureThreshold: 30
          readinessProbe:
            httpGet:
              path: /health
              port: http
          livenessProbe:
            httpGet:
              path: /health
              port: http
          {{- with $values.resources }}
          resources:
            {{- toYaml . | nindent 12 }}
          {{- end }}
          {{- if .data }}
          volumeMounts:
            - name: data
              mountPath: {{ .data }}
      volumes:
        - name: data
          {{- if $values.database.size }}
          persistentVolumeClaim:
            claimName: {{ include "tideplan.name" . }}
          {{- else }}
          emptyDir: {}
          {{- end }}
          {{- end }}
---
apiVersion: v1
kind: Service
metadata:
  name: {{ include "tideplan.name" . }}
  labels:
    {{- include "tideplan.labels" . | nindent 4 }}
spec:
  selector:
    {{- include "tideplan.selector" . | nindent 4 }}
  ports:
    - name: http
      port: {{ $values.port }}
      targetPort: http
{{- end -}}
