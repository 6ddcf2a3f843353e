/** The package's version, put in by the build. */
declare const __TIDEPLAN_VERSION__: string;
