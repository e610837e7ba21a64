package probe

import _ "embed"

// File is the probe: what Python loads as sitecustomize.
//
//go:embed sitecustomize.py
var File []byte
