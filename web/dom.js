// The only place where elements are made. Whatever comes from outside becomes a text node, never markup.

/** An element with attributes and children; a child is an element or a text. */
export function el(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    element.setAttribute(key, value);
  }
  element.append(...children.map((child) => (child instanceof Node ? child : String(child))));
  return element;
}

/** The same for SVG. */
export function svg(name, attributes = {}, ...children) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) {
    element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

export const byId = (id) => document.getElementById(id);

/** Sets a text only where it has changed, so that a selection and a screen reader are left in peace. */
export function say(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

/** 1250 and 2 -> "12.50": digits alone, no floating point. */
export function amountText(minor, exponent) {
  if (minor === undefined) {
    return "";
  }
  const digits = String(Math.abs(minor)).padStart((exponent ?? 0) + 1, "0");
  const whole = digits.slice(0, digits.length - (exponent ?? 0)).replace(/\B(?=(\d{3})+$)/g, "\u202f");
  const fraction = exponent ? "." + digits.slice(-exponent) : "";
  return (minor < 0 ? "\u2212" : "") + whole + fraction;
}

/** The time of day of an ISO time, with milliseconds, where the reader is. */
export function timeText(iso) {
  const time = new Date(iso);
  const two = (number) => String(number).padStart(2, "0");
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${String(time.getMilliseconds()).padStart(3, "0")}`;
}

export const countText = (number) => number.toLocaleString("en").replaceAll(",", "\u202f");
