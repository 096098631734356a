"""Scorecards (考核): indicator sets, assessments, a card a body, objections; what data answers is computed."""
