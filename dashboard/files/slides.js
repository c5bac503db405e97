(() => {
  const slides = [...document.querySelectorAll('.slide')];
  const root = document.documentElement;
  const presenter = document.body.classList.contains('presenter');
  const line = 'BroadcastChannel' in window ? new BroadcastChannel('vigie' + location.pathname.split('/')[2]) : null;
  const words = (name, at) => {
    const held = document.querySelector('template[data-' + name + '="' + at + '"]');
    return held ? held.content.textContent : '';
  };
  let now = Math.min(slides.length, Math.max(1, parseInt(location.hash.slice(1), 10) || 1)) - 1;
  const fit = (slide) => {
    // What the estimate let be too long is written smaller, down to three fifths; beyond that it scrolls.
    const body = slide.querySelector('.body');
    slide.style.fontSize = '';
    const size = parseFloat(getComputedStyle(slide).fontSize);
    for (let share = 1; share > 0.6 && body.scrollHeight > body.clientHeight + 2; share -= 0.05) {
      slide.style.fontSize = size * share + 'px';
    }
  };
  const show = (at, tell = true) => {
    now = Math.min(slides.length - 1, Math.max(0, at));
    slides.forEach((slide, i) => slide.classList.toggle('now', i === now));
    fit(slides[now]);
    history.replaceState(null, '', '#' + (now + 1));
    root.classList.remove('all');
    if (presenter) {
      document.getElementById('said').textContent = words('notes', now);
      document.getElementById('next').textContent = words('title', now + 1) || '–';
      document.getElementById('where').textContent = (now + 1) + ' / ' + slides.length;
    }
    if (tell && line) line.postMessage(now);
  };
  root.classList.add('js');
  show(now, false);
  if (line) line.onmessage = (event) => { if (Number.isInteger(event.data)) show(event.data, false); };
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const on = ['ArrowRight', 'ArrowDown', 'PageDown', ' ', 'Enter', 'n'];
    const back = ['ArrowLeft', 'ArrowUp', 'PageUp', 'Backspace'];
    if (on.includes(event.key)) { show(now + 1); event.preventDefault(); }
    else if (back.includes(event.key)) { show(now - 1); event.preventDefault(); }
    else if (event.key === 'Home') show(0);
    else if (event.key === 'End') show(slides.length - 1);
    else if (event.key === 'Escape') root.classList.toggle('all');
    else if (event.key === 'f') document.fullscreenElement ? document.exitFullscreen() : root.requestFullscreen();
    else if (event.key === 'p' && !presenter) {
      window.open(location.pathname + '?notes=1' + location.hash, 'vigie-notes', 'width=1100,height=700');
    }
  });
  window.addEventListener('resize', () => fit(slides[now]));
  let from = null;
  document.addEventListener('touchstart', (event) => { from = event.changedTouches[0].clientX; }, {passive: true});
  document.addEventListener('touchend', (event) => {
    const moved = event.changedTouches[0].clientX - from;
    if (Math.abs(moved) > 60) show(now + (moved < 0 ? 1 : -1));
  }, {passive: true});
  if (presenter) {
    const began = Date.now();
    setInterval(() => {
      const s = Math.floor((Date.now() - began) / 1000);
      document.getElementById('clock').textContent = Math.floor(s / 60) + ':' + String(s % 60).padStart(2, '0');
    }, 500);
  }
})();
