"""One file per chart. Each has a function that prepares its data, tested without drawing, and
`chart(cell) -> Chart`. README.md says how to add one."""
