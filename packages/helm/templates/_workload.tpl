{{/*
Deployment and service of a component; takes (dict "root" $ "component" "api" "health" "/health"),
where health is the path that the probes ask.
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
          {{- with $values.env }}
          env:
            {{- toYaml . | nindent 12 }}
          {{- end }}
          ports:
            - name: http
              containerPort: {{ $values.port }}
          startupProbe:
            httpGet:
              path: {{ .health }}
              port: http
            periodSeconds: 2
            failureThreshold: 30
          readinessProbe:
            httpGet:
              path: {{ .health }}
              port: http
          livenessProbe:
            httpGet:
              path: {{ .health }}
              port: http
          {{- with $values.resources }}
          resources:
            {{- toYaml . | nindent 12 }}
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
