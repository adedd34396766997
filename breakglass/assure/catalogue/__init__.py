"""The controls, group by group: each row says what is demanded, why, and how it is checked."""
