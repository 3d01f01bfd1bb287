// Sets a chosen theme before the first paint; a file of its own because the page's policy allows no inline script.
try {
	const theme = localStorage.getItem("mailtrail.theme");
	if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
} catch {
	// storage is closed to us: the system's theme stands
}
