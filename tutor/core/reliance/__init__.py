"""How people rely on advice: counts, measures with intervals, calibration, signal detection."""
