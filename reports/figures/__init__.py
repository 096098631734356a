"""Statistics (条例§46, §49): counts by month kept by a job, the public figures page, dashboards, the glossary of numbers."""
