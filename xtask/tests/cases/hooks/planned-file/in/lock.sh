grep -q '"version": "0.2.0", "lockfileVersion"' package-lock.json || exit 9
printf '{\n  "name": "app",\n  "version": "%s",\n  "lockfileVersion": 3,\n  "packages": {\n    "": { "version": "%s" }\n  }\n}\n' $WINDLASS_VERSION $WINDLASS_VERSION > package-lock.json
