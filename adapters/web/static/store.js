// What the page knows. Views read it; only main.js and this file write it.

export const state = {
  me: "ann",
  place: "general",
  token: "",
  assistant: "adieu",
  offline: true,
  model: "",
  mode: "",
  longest: 4000,
  mostWords: 1000,
  people: [],
  channels: [],
  threads: new Map(),
  posts: new Map(),
  more: false,
  loaded: false,
  connected: true,
  unseen: new Set(),
  form: null,
};

export const me = () => state.people.find((person) => person.id === state.me);
export const thread = () => state.threads.get(state.place) ?? null;
export const channel = () => state.channels.find((one) => one.id === (thread()?.channel ?? state.place)) ?? null;
export const sortedPosts = () => [...state.posts.values()].filter((post) => !post.whisper).sort((a, b) => (a.id < b.id ? -1 : 1));
export const threadsOf = (id) => [...state.threads.values()]
  .filter((one) => one.channel === id)
  .sort((a, b) => a.ended - b.ended || (a.id < b.id ? 1 : -1));

/** A remembered value; a browser without storage only forgets sooner. */
export const memory = {
  get(key) {
    try { return localStorage.getItem(`adieu.${key}`); } catch { return null; }
  },
  set(key, value) {
    try {
      if (value === null) localStorage.removeItem(`adieu.${key}`);
      else localStorage.setItem(`adieu.${key}`, value);
    } catch { /* the page still works */ }
  },
};

/** The place that an address names. */
export function placeOf(path) {
  const match = /^\/[ct]\/([\w-]+)$/.exec(path);
  return match ? match[1] : "general";
}

export const pathOf = (place) => (state.channels.some((one) => one.id === place) ? `/c/${place}` : `/t/${place}`);

export function take(fetched) {
  Object.assign(state, {
    token: fetched.token,
    assistant: fetched.assistant,
    offline: fetched.offline,
    model: fetched.model,
    longest: fetched.longest,
    mostWords: fetched.most_words,
    people: fetched.people,
    channels: fetched.channels,
    threads: new Map(fetched.threads.map((one) => [one.id, one])),
  });
}
